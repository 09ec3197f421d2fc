<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * The versions that the bucket keeps of one file.
 */
final class FileHistory
{
    /**
     * @param non-empty-list<FileVersion> $versions    the newest first
     * @param bool                        $hasMore     true if there are older ones, which the agent does not reach
     * @param bool                        $isSuspended true while S3 keeps no new versions, and none can be restored
     */
    private function __construct(
        public readonly array $versions,
        public readonly bool $hasMore,
        public readonly bool $isSuspended,
    ) {
    }

    /** @throws AgentException if the response violates the protocol */
    public static function parse(string $json): self
    {
        $history = json_decode($json, true);
        $versions = $history['versions'] ?? null;
        return is_array($versions) && $versions !== [] ? new self(
            array_map(FileVersion::parse(...), array_values($versions)),
            (bool) ($history['more'] ?? false),
            (bool) ($history['suspended'] ?? false),
        ) : throw new AgentException('the agent answered without versions', AgentException::NO_ANSWER);
    }

    /** The version of the file now; a deletion if there is none. */
    public function newest(): FileVersion
    {
        return $this->versions[0];
    }
}
