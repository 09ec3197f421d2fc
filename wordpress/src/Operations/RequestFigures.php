<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Counts of requests to S3 and of the edge's answers over the last 24 hours, in total and by hour.
 */
final class RequestFigures
{
    /** Kinds of requests to S3. */
    public const KINDS = ['read', 'write', 'list', 'delete'];
    public const HOURS = 24;

    public readonly string $provider;

    /** @var ?array<string, string|float> list prices of the provider */
    public readonly ?array $prices;
    public readonly bool $hasEdge;

    /** Time of the first request that is counted, at the earliest. */
    public readonly int $since;
    public readonly int $now;

    /** @var list<array<string, int>> counts by hour, the oldest first */
    public readonly array $hours;

    /** @param array<string, mixed> $report of the agent */
    public function __construct(array $report)
    {
        $this->provider = (string) $report['provider'];
        $this->prices = isset($report['prices']) ? (array) $report['prices'] : null;
        $this->hasEdge = (bool) $report['edge'];
        $this->now = (int) $report['now'];
        $this->since = max((int) $report['since'], $this->now - self::HOURS * HOUR_IN_SECONDS);
        $hours = array_fill(0, self::HOURS, array_fill_keys(
            [...self::KINDS, 'failed', 'received', 'served', 'hits', 'micros'],
            0,
        ));
        foreach ((array) $report['samples'] as $sample) {
            $age = intdiv($this->now - (int) $sample['end'], HOUR_IN_SECONDS);
            $hour = self::HOURS - 1 - min(max($age, 0), self::HOURS - 1);
            foreach ($hours[$hour] as $name => $count) {
                $hours[$hour][$name] = $count + (int) ($sample[$name] ?? 0);
            }
        }
        $this->hours = $hours;
    }

    public function total(string $name): int
    {
        return array_sum(array_column($this->hours, $name));
    }

    public function requests(): int
    {
        return array_sum(array_map($this->total(...), self::KINDS));
    }

    /** Failed requests to S3 in the last hour, or a little longer ago. */
    public function recentFailures(): int
    {
        return $this->hours[self::HOURS - 1]['failed'];
    }

    /** Share of the edge's answers that were fresh in memory, 0 to 1; null without answers. */
    public function hitRatio(): ?float
    {
        $served = $this->total('served');
        return $served === 0 ? null : $this->total('hits') / $served;
    }

    /** Average time to the beginning of the edge's answers, in milliseconds; null without answers. */
    public function latency(): ?float
    {
        $served = $this->total('served');
        return $served === 0 ? null : $this->total('micros') / $served / 1000;
    }
}
