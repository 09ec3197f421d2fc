<?php

declare(strict_types=1);

namespace Aloft\Library;

/**
 * A difference between the attachments and the files in S3.
 */
final class LibraryFinding
{
    /** A file of an attachment is not in S3. */
    public const MISSING = 'missing';
    /** A file in a folder of the media library belongs to no attachment. */
    public const ORPHAN = 'orphan';
    /** A file has another size than the attachment's metadata says. */
    public const SIZE = 'size';
    /** The content or the Content-Type of a file is not that of its name. */
    public const TYPE = 'type';
    /** A picture has no metadata, so no sizes. */
    public const NO_METADATA = 'no metadata';
    /** An attachment has no file, or one outside the uploads. */
    public const NO_FILE = 'no file';
    /** A file cannot be read. */
    public const UNREADABLE = 'unreadable';

    /**
     * @param string $kind       one of the constants
     * @param ?int   $attachment null for an orphan
     * @param string $file       below the uploads; "" for none
     * @param string $detail     what was found
     * @param string $command    what may repair it; "" if that is for people to decide
     */
    public function __construct(
        public readonly string $kind,
        public readonly ?int $attachment,
        public readonly string $file,
        public readonly string $detail,
        public readonly string $command = '',
    ) {
    }
}
