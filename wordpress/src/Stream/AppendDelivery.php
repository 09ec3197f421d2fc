<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\Condition;
use Aloft\Files\FileInfo;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Appends the bytes that were not sent yet. Bytes that other writers append in between stay.
 */
final class AppendDelivery implements Delivery
{
    /**
     * @param int        $sent number of bytes that are in S3
     * @param ?Condition $base the version that the bytes begin with; null if it was not loaded
     */
    public function __construct(
        private readonly Files $files,
        private readonly S3Path $path,
        private int $sent,
        private ?Condition $base,
    ) {
    }

    public function send($bytes): void
    {
        $size = (int) fstat($bytes)['size'];
        $version = $this->files->append($this->path, $bytes, $this->sent);
        $this->sent = $size;
        if ($this->base !== null && $version->size === $size) {
            $this->base = Condition::version($version->etag);
        }
    }

    public function sizeBefore(): int
    {
        return $this->base !== null ? 0 : max(0, ($this->files->stat($this->path)?->size ?? 0) - $this->sent);
    }

    public function isOver(?FileInfo $newest): bool
    {
        return $this->base === null || $this->base->allows($newest);
    }

    /** Loads the previous content, which only a truncation needs. */
    public function beforeTruncation($bytes): Delivery
    {
        if ($this->base === null) {
            $this->send($bytes);
            ftruncate($bytes, 0);
            $this->base = Condition::over(ReadingFile::load($this->files, $this->path, $bytes));
        }
        return new WholeDelivery($this->files, $this->path, $this->base);
    }
}
