<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Agent\SideBySide;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\PrivateMedia\PrivateMedia;

/**
 * The versions of an attachment's original, and the return of one: its sizes and metadata are made again.
 */
final class Restoration
{
    public function __construct(private readonly Files $files, private readonly PrivateMedia $media)
    {
    }

    /** The original; null for an attachment without one in the uploads of the current site. */
    public function original(int $attachment): ?S3Path
    {
        $file = wp_get_original_image_path($attachment) ?: get_attached_file($attachment);
        if (!is_string($file) || !S3Path::isS3($file)) {
            return null;
        }
        try {
            $path = S3Path::parseFile($file);
        } catch (AgentException) {
            return null;
        }
        $name = (new StoredFiles($this->files))->nameOf((string) $path);
        return $name === null || StoredFiles::isOfOtherSites($name) ? null : $path;
    }

    /**
     * Brings a version back. An attachment whose file is private afterwards is private, too.
     *
     * @param Condition $condition on the original now
     * @return list<string> what failed after the file was back
     * @throws AgentException if the file is not back
     */
    public function restore(int $attachment, S3Path $original, string $version, Condition $condition): array
    {
        $wasPrivate = $this->media->isPrivate($attachment);
        $isPrivate = $this->files->restoreVersion($original, $version, $condition, $wasPrivate);
        wp_cache_delete($attachment, 'post_meta'); // Another process may have set the flag meanwhile.
        $errors = $isPrivate || $this->media->isPrivate($attachment) ? $this->media->set($attachment, true) : [];
        if (Attachments::isPicture($attachment) || get_post_mime_type($attachment) === 'application/pdf') {
            return [...$errors, ...$this->makeSizes($attachment)];
        }
        $meta = wp_generate_attachment_metadata($attachment, (string) $original);
        if ($meta !== []) {
            wp_update_attachment_metadata($attachment, $meta);
        }
        return $errors;
    }

    /** @return list<string> errors */
    private function makeSizes(int $attachment): array
    {
        $work = new Regeneration($this->files, new SideBySide(1, static fn (): bool => false), [], false);
        $errors = [];
        foreach ($work->run([$attachment]) as $outcome) {
            if ($outcome->kind === LibraryOutcome::FAILED) {
                $errors[] = $outcome->reason;
            }
        }
        return $errors;
    }
}
