<?php

declare(strict_types=1);

namespace Aloft\Library;

/**
 * The outcome for one file or attachment.
 */
final class LibraryOutcome
{
    public const DONE = 'done';
    public const PLANNED = 'planned';
    /** There was nothing to do. */
    public const UNCHANGED = 'unchanged';
    /** WordPress would not accept the file. */
    public const REFUSED = 'refused';
    public const FAILED = 'failed';

    /**
     * @param string $kind       one of the constants
     * @param ?int   $attachment null if there is none
     * @param string $file       below the uploads; "" for none
     * @param string $reason     "" for {@see self::DONE}
     * @param int    $sizes      in the metadata now
     */
    public function __construct(
        public readonly string $kind,
        public readonly ?int $attachment,
        public readonly string $file,
        public readonly string $reason = '',
        public readonly int $sizes = 0,
    ) {
    }

    /**
     * The outcome of making sizes.
     *
     * @param array<string, mixed> $meta   of the attachment
     * @param array<string, mixed> $unmade sizes that could not be made, by name
     */
    public static function ofSizes(int $id, string $file, array $meta, array $unmade): self
    {
        $sizes = count($meta['sizes'] ?? []);
        $reason = 'sizes could not be made: ' . implode(', ', array_keys($unmade));
        return $unmade === []
            ? new self(self::DONE, $id, $file, '', $sizes)
            : new self(self::FAILED, $id, $file, $reason, $sizes);
    }
}
