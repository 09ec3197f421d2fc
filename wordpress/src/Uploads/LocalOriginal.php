<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\WriteFailed;

/**
 * A picture on this server outside s3://, such as one of a theme: the agent is sent its bytes, and sends pictures back.
 */
final class LocalOriginal implements EditedOriginal
{
    public function __construct(private readonly Files $files, private readonly string $path)
    {
    }

    public function path(): string
    {
        return $this->path;
    }

    public function header(): array
    {
        $size = wp_getimagesize($this->path)
            ?: throw new AgentException('PHP cannot read its size', AgentException::CONFLICT);
        return ['type' => $size['mime'], 'width' => $size[0], 'height' => $size[1]];
    }

    public function canStoreAt(string $path): bool
    {
        return true;
    }

    public function store(array $queries): array
    {
        $pictures = array_combine(
            array_keys($queries),
            $this->files->makePicturesOf($this->path, array_values($queries)),
        );
        foreach ($pictures as $path => ['bytes' => $bytes]) {
            try {
                self::write($path, $bytes);
            } catch (WriteFailed $failure) {
                $pictures[$path]['reason'] = $failure->getMessage();
            }
        }
        return $pictures;
    }

    public function preview(array $query): string
    {
        return $this->files->makePicturesOf($this->path, [$query])[0]['bytes'];
    }

    /** Writes with the permissions that WordPress's editors give. */
    private static function write(string $path, string $bytes): void
    {
        $directory = dirname($path);
        if (!wp_mkdir_p($directory) || @file_put_contents($path, $bytes) !== strlen($bytes)) {
            throw new WriteFailed("cannot write $path");
        }
        if (!wp_is_stream($path)) {
            @chmod($path, fileperms($directory) & 0666);
        }
    }
}
