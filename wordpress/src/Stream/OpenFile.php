<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\FileInfo;

/**
 * A file that is open. Positions and sizes are in bytes; what fails throws {@see AgentException}.
 */
interface OpenFile
{
    /** Up to that many bytes; none at the end. */
    public function read(int $count): string;

    /** How many of the bytes were taken. */
    public function write(string $bytes): int;

    /** False when there is no such position. */
    public function seek(int $offset, int $whence): bool;

    public function tell(): int;

    public function isAtEnd(): bool;

    public function truncate(int $size): void;

    public function info(): FileInfo;

    /** Whether opening it again would show nothing new, the newest version being that one (or none). */
    public function isUpToDate(?FileInfo $newest): bool;

    /** Makes what was written the file's content, for everyone. Sends nothing when nothing changed. */
    public function flush(): void;

    /** Flushes, and makes the file if opening it was to make it. */
    public function finish(): void;

    /** Finishes, and releases everything. */
    public function close(): void;

    /**
     * The content as a plain local file, for what needs a file descriptor.
     *
     * @return resource
     */
    public function plainFile();
}
