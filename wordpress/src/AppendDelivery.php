<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Appends what was not sent before; what other writers append meanwhile stays.
 */
final class AppendDelivery implements Delivery
{
    /**
     * @param int        $sent how many of the bytes are in S3 already
     * @param ?Condition $base the version whose content the bytes begin with; null when it was not loaded
     */
    public function __construct(
        private readonly Files $files,
        private readonly S3Path $path,
        private int $sent,
        private readonly ?Condition $base,
    ) {
    }

    public function send($bytes): void
    {
        $size = (int) fstat($bytes)['size'];
        $this->files->append($this->path, $bytes, $this->sent);
        $this->sent = $size;
    }

    public function sizeBefore(): int
    {
        if ($this->base !== null) {
            return 0;
        }
        return max(0, ($this->files->stat($this->path)?->size ?? 0) - $this->sent);
    }

    public function isOver(?FileInfo $newest): bool
    {
        return $this->base === null || $this->base->allows($newest);
    }

    public function afterTruncation(): Delivery
    {
        if ($this->base === null) {
            throw new Refused('it is open for appending without its content; open it with "a+"', Refused::CONFLICT);
        }
        return new WholeDelivery($this->files, $this->path, $this->base);
    }
}
