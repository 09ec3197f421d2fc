<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Files and bytes of a folder by kind and month, as the agent has counted them.
 */
final class FileUsage
{
    /** Months that are shown. */
    public const MONTHS = 12;

    /** Time of the listing. */
    public readonly int $when;
    public readonly bool $isComplete;

    /** @var list<array{kind: string, month: string, files: int, bytes: int}> */
    private readonly array $groups;

    /** @param array<string, mixed> $report of the agent */
    public function __construct(array $report)
    {
        $this->when = (int) $report['when'];
        $this->isComplete = (bool) $report['complete'];
        $this->groups = array_values((array) $report['groups']);
    }

    public static function none(): self
    {
        return new self(['when' => time(), 'complete' => true, 'groups' => []]);
    }

    public function files(): int
    {
        return array_sum(array_column($this->groups, 'files'));
    }

    public function bytes(): int
    {
        return array_sum(array_column($this->groups, 'bytes'));
    }

    /** @return array<string, array{files: int, bytes: int}> by kind, the largest first */
    public function kinds(): array
    {
        $kinds = [];
        foreach ($this->groups as $group) {
            $kinds[$group['kind']]['files'] = ($kinds[$group['kind']]['files'] ?? 0) + $group['files'];
            $kinds[$group['kind']]['bytes'] = ($kinds[$group['kind']]['bytes'] ?? 0) + $group['bytes'];
        }
        uasort($kinds, static fn (array $one, array $other): int => $other['bytes'] <=> $one['bytes']);
        return $kinds;
    }

    /** @return array<string, int> bytes by month, such as "2026-11", the oldest first; the last {@see self::MONTHS} */
    public function months(): array
    {
        $months = [];
        $last = new \DateTimeImmutable('first day of this month', new \DateTimeZone('UTC'));
        for ($age = self::MONTHS - 1; $age >= 0; $age--) {
            $months[$last->modify("-$age months")->format('Y-m')] = 0;
        }
        foreach ($this->groups as $group) {
            if (isset($months[$group['month']])) {
                $months[$group['month']] += $group['bytes'];
            }
        }
        return $months;
    }
}
