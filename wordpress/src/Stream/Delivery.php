<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\FileInfo;

/**
 * How the bytes of a file that is open for writing get to S3.
 */
interface Delivery
{
    /**
     * Sends what is new of them, and remembers that it did when it succeeded.
     *
     * @param resource $bytes all bytes of the open file
     */
    public function send($bytes): void;

    /** The size of what lies in S3 before those bytes. */
    public function sizeBefore(): int;

    /** Whether the bytes still stand over what is there: that version, or nothing. */
    public function isOver(?FileInfo $newest): bool;

    /**
     * The delivery to use from now on, because bytes are going to be cut off; they are all there from now on.
     *
     * @param resource $bytes all bytes of the open file
     */
    public function beforeTruncation($bytes): self;
}
