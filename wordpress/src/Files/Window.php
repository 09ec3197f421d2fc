<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * A range of one version of a file.
 */
final class Window
{
    /**
     * @param int      $from offset of the bytes in the file
     * @param FileInfo $file the whole file's version
     */
    public function __construct(
        public readonly int $from,
        public readonly string $bytes,
        public readonly FileInfo $file,
    ) {
    }

    public function end(): int
    {
        return $this->from + strlen($this->bytes);
    }

    public function holds(int $position): bool
    {
        return $position >= $this->from && $position < $this->end();
    }
}
