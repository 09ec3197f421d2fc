<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * A version of a file that the bucket keeps, or a deletion, which has no bytes.
 */
final class FileVersion
{
    /**
     * @param string $id       S3's
     * @param int    $modified in seconds since 1970
     * @param ?int   $size     in bytes; null for a deletion
     * @param string $etag     empty for a deletion
     */
    private function __construct(
        public readonly string $id,
        public readonly int $modified,
        public readonly bool $isLatest,
        public readonly ?int $size,
        public readonly string $etag,
    ) {
    }

    /**
     * @return list<self>
     * @throws AgentException if the response violates the protocol
     */
    public static function parseAll(string $json): array
    {
        $list = json_decode($json, true)['versions'] ?? null;
        if (!is_array($list)) {
            throw new AgentException('the agent answered without versions', AgentException::NO_ANSWER);
        }
        return array_map(static fn (array $version): self => new self(
            (string) $version['id'],
            (int) $version['modified'],
            (bool) $version['latest'],
            $version['deleted'] ? null : (int) $version['size'],
            (string) ($version['etag'] ?? ''),
        ), array_values($list));
    }

    /** True for bytes that are not the file's now. */
    public function canReturn(): bool
    {
        return $this->size !== null && !$this->isLatest;
    }
}
