<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\FileInfo;

/**
 * Sends the bytes of a file that is open for writing to S3.
 */
interface Delivery
{
    /**
     * Sends the new bytes, and on success records that they are sent.
     *
     * @param resource $bytes all bytes of the open file
     */
    public function send($bytes): void;

    /** Size of the content in S3 that precedes these bytes. */
    public function sizeBefore(): int;

    /** True if the bytes are still based on the newest version, or on none. */
    public function isOver(?FileInfo $newest): bool;

    /**
     * The delivery to use after a truncation. From now on `$bytes` holds the complete content.
     *
     * @param resource $bytes all bytes of the open file
     */
    public function beforeTruncation($bytes): self;
}
