<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The newest snapshots of the site's backups, as the agent has read them.
 */
final class SnapshotReport
{
    /** A snapshot may be late by this part of the interval: creating one takes time. */
    private const SLACK = 0.5;

    public readonly bool $isConfigured;

    /** False if S3 does not let the agent read the backups. */
    public readonly bool $isReadable;

    /** False while the agent reads the backups for the first time. */
    public readonly bool $isRead;
    public readonly int $damaged;

    /**
     * The newest first. Those that were verified have `verified` and `failed`.
     *
     * @var list<array{
     *     id: string, moment: int, files: int, bytes: int, database: bool, verified?: int, failed?: int
     * }>
     */
    public readonly array $newest;
    private readonly ?int $interval;

    /** Seconds that the binary log in the backups was behind; null if it is not followed. */
    public readonly ?int $logLag;

    /** @param array<string, mixed> $report of the agent */
    public function __construct(array $report)
    {
        $this->isConfigured = (bool) $report['configured'];
        $this->isReadable = (bool) ($report['readable'] ?? true);
        $this->isRead = isset($report['newest']);
        $this->damaged = (int) ($report['damaged'] ?? 0);
        $this->newest = array_values((array) ($report['newest'] ?? []));
        $this->interval = isset($report['interval']) ? (int) $report['interval'] : null;
        $this->logLag = isset($report['log'], $report['when'])
            ? max(0, (int) $report['when'] - (int) $report['log']) : null;
    }

    /**
     * The newest snapshot that was verified.
     *
     * @return array{moment: int, verified: int, failed: int}|null
     */
    public function lastVerified(): ?array
    {
        foreach ($this->newest as $snapshot) {
            if (isset($snapshot['verified'], $snapshot['failed'])) {
                return $snapshot;
            }
        }
        return null;
    }

    /** True if the next snapshot should have been made by now, as far as the schedule is known. */
    public function isLate(int $now): bool
    {
        return $this->newest !== [] && $this->interval !== null
            && $now - $this->newest[0]['moment'] > $this->interval * (1 + self::SLACK);
    }
}
