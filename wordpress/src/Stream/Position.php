<?php

declare(strict_types=1);

namespace Aloft\Stream;

/**
 * The position in a file that is open for reading or writing.
 */
trait Position
{
    private int $position = 0;
    private bool $wasReadToEnd = false;

    /** Size of the file in bytes, which SEEK_END counts from. */
    abstract private function size(): int;

    public function seek(int $offset, int $whence): bool
    {
        $target = $offset + match ($whence) {
            SEEK_CUR => $this->position,
            SEEK_END => $this->size(),
            default => 0,
        };
        if ($target < 0) {
            return false;
        }
        $this->position = $target;
        $this->wasReadToEnd = false;
        return true;
    }

    public function tell(): int
    {
        return $this->position;
    }

    /** True after a read has returned nothing, as for a local file. */
    public function isAtEnd(): bool
    {
        return $this->wasReadToEnd;
    }
}
