<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * The states of one file in the newest snapshots of the site's backups.
 */
final class SnapshotHistory
{
    /**
     * @param list<FileVersion> $versions each state once, that of the newest snapshot first
     * @param string            $now      ETag of the file now; empty if there is none
     * @param bool              $hasMore  true if there are older snapshots, which the agent does not read
     */
    private function __construct(
        public readonly array $versions,
        public readonly string $now,
        public readonly bool $hasMore,
    ) {
    }

    /** @throws AgentException if the response violates the protocol */
    public static function parse(string $json): self
    {
        $history = json_decode($json, true);
        $versions = $history['versions'] ?? null;
        return is_array($versions) ? new self(
            array_map(FileVersion::parse(...), array_values($versions)),
            (string) ($history['now'] ?? ''),
            (bool) ($history['more'] ?? false),
        ) : throw new AgentException('the agent answered without snapshots', AgentException::NO_ANSWER);
    }

    /** True if nothing is lost when the file is replaced: it is in a snapshot, or there is none. */
    public function holdsNow(): bool
    {
        return $this->now === ''
            || array_filter($this->versions, static fn (FileVersion $copy): bool => $copy->isLatest) !== [];
    }
}
