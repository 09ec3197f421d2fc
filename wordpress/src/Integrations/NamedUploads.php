<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Uploads\UploadsDirectory;

/**
 * Finds the upload that a plugin's record names by its s3:// path, by its URL, or by its path on the disk that held the
 * uploads before.
 */
final class NamedUploads
{
    public function __construct(private readonly UploadsDirectory $uploads)
    {
    }

    /** The s3:// path of the upload; null for missing files and for everything else. */
    public function path(mixed $name): ?string
    {
        $path = $this->place($name);
        return $path !== null && is_file($path) ? $path : null;
    }

    /** The s3:// path that the name stands for, whether or not a file is there; null for names of other files. */
    public function place(mixed $name): ?string
    {
        if (!is_string($name) || $name === '') {
            return null;
        }
        $path = $this->uploads->holds($name) ? $name : (string) ($this->uploads->pathOf($name) ?? $this->onDisk($name));
        return $path !== '' ? $path : null;
    }

    /** Maps a path that is absolute, or relative to WordPress's folder. A file that is still on the disk has priority. */
    private function onDisk(string $name): string
    {
        $disk = $this->uploads->withoutAloft()['basedir'] . '/';
        foreach ([$name, ABSPATH . ltrim($name, '/')] as $file) {
            if (str_starts_with($file, $disk) && !is_file($file)) {
                $path = wp_get_upload_dir()['basedir'] . '/' . substr($file, strlen($disk));
                return $this->uploads->holds($path) ? $path : '';
            }
        }
        return '';
    }
}
