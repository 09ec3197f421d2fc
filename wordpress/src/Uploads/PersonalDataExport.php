<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\S3Path;
use Aloft\WriteFailed;

/**
 * Creates the archive of a personal data export in a local folder that only PHP can enter, and moves the complete
 * archive to the uploads. PHP can write a zip archive to local files only.
 */
final class PersonalDataExport
{
    private ?string $folder = null;

    /** The exports directory without Aloft, where the archive goes. */
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
            /* translators: %s: path of a folder */
            wp_send_json_error(sprintf(__('The export failed: cannot create the folder %s.', 'aloft'), $folder));
        }
        $this->folder = "$folder/";
        register_shutdown_function($this->end(...)); // WordPress exits when an export fails
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
            /* translators: %s: reason */
            wp_send_json_error(sprintf(__('The export could not be stored: %s', 'aloft'), $reason));
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
