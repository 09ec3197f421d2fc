<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Files\FileHistory;
use Aloft\Files\Files;
use Aloft\Files\FileVersion;
use Aloft\Files\S3Path;
use Aloft\Files\SnapshotHistory;

/**
 * The states of a file that can be read: versions that the bucket keeps, then copies in snapshots.
 */
final class EarlierStates
{
    private function __construct(
        private readonly ?FileHistory $history,
        private readonly ?SnapshotHistory $snapshots,
    ) {
    }

    /** @throws AgentException if there are neither versions nor copies, with the reason why there are no versions */
    public static function read(Files $files, S3Path $path): self
    {
        try {
            $snapshots = $files->snapshots($path);
        } catch (AgentException) {
            $snapshots = null; // None are configured, or the agent may not read them.
        }
        try {
            return new self($files->history($path), $snapshots);
        } catch (AgentException $failure) {
            return $snapshots !== null && $snapshots->versions !== [] ? new self(null, $snapshots) : throw $failure;
        }
    }

    /** @return non-empty-list<FileVersion> without copies of what the bucket keeps */
    public function all(): array
    {
        $versions = $this->history?->versions ?? [];
        $known = array_map(static fn (FileVersion $version): string => $version->etag, $versions);
        $isNew = static fn (FileVersion $copy): bool => !in_array($copy->etag, $known, true);
        return [...$versions, ...array_filter($this->snapshots?->versions ?? [], $isNew)];
    }

    /** ETag of the file now; empty if there is none. */
    public function now(): string
    {
        return $this->history?->newest()->etag ?? (string) $this->snapshots?->now;
    }

    /** Null unless that state is listed, and has bytes. */
    public function find(string $id): ?FileVersion
    {
        foreach ($this->all() as $version) {
            if ($version->id === $id && $version->size !== null) {
                return $version;
            }
        }
        return null;
    }

    /** True if nothing is lost when an earlier state replaces the file. */
    public function canReturn(FileVersion $version): bool
    {
        $isInSnapshot = $version->moment !== null && $this->snapshots?->holdsNow() === true;
        return $version->canReturn() && !$this->isSuspended() && ($this->history !== null || $isInSnapshot);
    }

    /** True while S3 keeps no new versions. */
    public function isSuspended(): bool
    {
        return $this->history?->isSuspended === true;
    }

    /** True if the file now is neither a version nor in a snapshot. */
    public function wouldLoseNow(): bool
    {
        return $this->history === null && $this->snapshots?->holdsNow() === false;
    }

    public function hasMoreVersions(): bool
    {
        return $this->history?->hasMore === true;
    }

    public function hasMoreSnapshots(): bool
    {
        return $this->snapshots?->hasMore === true;
    }
}
