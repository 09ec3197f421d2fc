<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\FileInfo;

/**
 * An open file. Positions and sizes are in bytes. Failures throw {@see AgentException}.
 */
interface OpenFile
{
    /** Reads up to that many bytes; an empty string at the end. */
    public function read(int $count): string;

    /** Returns the number of bytes taken. */
    public function write(string $bytes): int;

    /** Returns false for a negative position. */
    public function seek(int $offset, int $whence): bool;

    public function tell(): int;

    public function isAtEnd(): bool;

    public function truncate(int $size): void;

    public function info(): FileInfo;

    /** True if reopening would show the same content, given the newest version or null. */
    public function isUpToDate(?FileInfo $newest): bool;

    /** Publishes the written bytes to every server. Sends nothing if nothing changed. */
    public function flush(): void;

    /** Flushes, and creates the file if opening it requires that. */
    public function finish(): void;

    /** Finishes, and releases all resources. */
    public function close(): void;

    /**
     * The content as a local file, for callers that need a file descriptor.
     *
     * @return resource
     */
    public function plainFile();
}
