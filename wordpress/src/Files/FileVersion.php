<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * A version of a file that the bucket keeps, or a deletion, which has no bytes, or a copy in a snapshot.
 */
final class FileVersion
{
    /**
     * @param string $id       S3's, or that of a snapshot
     * @param int    $modified in seconds since 1970
     * @param ?int   $size     in bytes; null for a deletion
     * @param string $etag     empty for a deletion
     * @param ?int   $moment   of the snapshot; null for a version that the bucket keeps
     */
    private function __construct(
        public readonly string $id,
        public readonly int $modified,
        public readonly bool $isLatest,
        public readonly ?int $size,
        public readonly string $etag,
        public readonly ?int $moment,
    ) {
    }

    /** @param array<string, mixed> $version of the agent's JSON */
    public static function parse(array $version): self
    {
        return new self(
            (string) $version['id'],
            (int) $version['modified'],
            (bool) $version['latest'],
            $version['deleted'] ? null : (int) $version['size'],
            (string) ($version['etag'] ?? ''),
            isset($version['moment']) ? (int) $version['moment'] : null,
        );
    }

    /** True for bytes that are not the file's now. */
    public function canReturn(): bool
    {
        return $this->size !== null && !$this->isLatest;
    }
}
