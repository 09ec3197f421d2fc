<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\S3Path;
use Aloft\WriteFailed;

/**
 * Makes the archive of somebody's personal data on the server, in a folder that only PHP may enter, and moves it to
 * the uploads when it is whole: PHP can write a zip archive to a local file only.
 */
final class PersonalDataExport
{
    private ?string $folder = null;

    /** Where it would be made without Aloft, and belongs. */
    private string $target = '';

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_privacy_personal_data_export_file', $this->begin(...), 9);
        $hooks->add('wp_privacy_personal_data_export_file', $this->end(...), 11);
        $hooks->add('wp_privacy_exports_dir', $this->here(...), PHP_INT_MAX);
        $hooks->add('wp_privacy_personal_data_export_file_created', $this->store(...), PHP_INT_MAX);
    }

    private function begin(): void
    {
        $this->end();
        $folder = get_temp_dir() . 'aloft-export-' . bin2hex(random_bytes(16));
        if (!mkdir($folder, 0700)) {
            wp_send_json_error("The export cannot be made: there is no room for it in $folder.");
        }
        $this->folder = "$folder/";
        register_shutdown_function($this->end(...)); // WordPress ends the request where an export fails
    }

    private function here(string $directory): string
    {
        if ($this->folder === null || !S3Path::isS3($directory)) {
            return $directory;
        }
        $this->target = $directory;
        return $this->folder;
    }

    private function store(string $archive): void
    {
        if ($this->folder === null || !str_starts_with($archive, $this->folder)) {
            return;
        }
        try {
            $reason = @copy($archive, $this->target . basename($archive)) ? null : (error_get_last()['message'] ?? '');
        } catch (WriteFailed $failure) {
            $reason = $failure->getMessage();
        }
        if ($reason !== null) {
            wp_send_json_error("The export could not be stored. $reason");
        }
    }

    private function end(): void
    {
        if ($this->folder === null) {
            return;
        }
        array_map(unlink(...), glob($this->folder . '*') ?: []);
        rmdir($this->folder);
        $this->folder = null;
    }
}
