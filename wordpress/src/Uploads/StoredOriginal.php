<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\Files;
use Aloft\Files\PictureOrder;
use Aloft\Files\S3Path;

/**
 * A picture in S3. Nothing of it passes through PHP.
 */
final class StoredOriginal implements EditedOriginal
{
    private string $etag = '';

    public function __construct(private readonly Files $files, private readonly S3Path $path)
    {
    }

    public function path(): string
    {
        return (string) $this->path;
    }

    public function header(): array
    {
        $original = $this->files->makePictures($this->path, '', [])->original;
        $this->etag = $original['etag'];
        return $original;
    }

    public function canStoreAt(string $path): bool
    {
        return S3Path::isS3($path);
    }

    public function store(array $queries): array
    {
        $orders = [];
        foreach ($queries as $path => $query) {
            $orders[] = new PictureOrder(S3Path::parse($path), $query);
        }
        return array_combine(
            array_keys($queries),
            $this->files->makePictures($this->path, $this->etag, $orders)->pictures,
        );
    }

    public function preview(array $query): string
    {
        return $this->files->makePreview($this->path, $this->etag, $query);
    }
}
