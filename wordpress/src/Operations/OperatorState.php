<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The state of the uploads in one line: they work, need attention, or fail.
 */
final class OperatorState
{
    public const WORKS = 'works';
    public const DEGRADED = 'degraded';
    public const DOWN = 'down';

    private function __construct(
        public readonly string $level,
        public readonly string $headline,
        public readonly string $detail,
    ) {
    }

    /** The agent does not answer. */
    public static function unanswered(string $reason): self
    {
        return new self(self::DOWN, __('Uploads fail: Aloft\'s agent does not answer', 'aloft'), $reason);
    }

    /**
     * @param array<string, mixed> $agent    state of the agent
     * @param list<Finding>        $findings results of the checks
     * @param int                  $failures of requests in the last hour
     */
    public static function of(array $agent, array $findings, int $failures): self
    {
        if (($agent['problem'] ?? null) !== null) {
            $since = $agent['problem_since'] ?? null;
            return new self(
                self::DOWN,
                $since === null
                    ? __('Uploads fail', 'aloft')
                    /* translators: %s: time */
                    : sprintf(__('Uploads fail since %s', 'aloft'), self::time((int) $since)),
                (string) $agent['problem'],
            );
        }
        $bad = array_filter($findings, static fn (Finding $finding): bool => $finding->status !== Finding::GOOD);
        if ($bad === [] && $failures === 0) {
            return new self(self::WORKS, __('Uploads work', 'aloft'), self::sinceWhen($agent));
        }
        $details = array_map(static fn (Finding $finding): string => $finding->label, array_values($bad));
        if ($failures > 0) {
            $details[] = sprintf(
                /* translators: %s: number of requests */
                __('%s requests to S3 failed in the last hour', 'aloft'),
                number_format_i18n($failures),
            );
        }
        return new self(
            self::DEGRADED,
            __('Uploads work, but something needs attention', 'aloft'),
            implode(' · ', $details),
        );
    }

    /** @param array<string, mixed> $agent */
    private static function sinceWhen(array $agent): string
    {
        $last = $agent['last_failures'][0]['when'] ?? null;
        return $last === null
            /* translators: %s: time */
            ? sprintf(__('No failure since the agent started at %s.', 'aloft'), self::time((int) $agent['since']))
            /* translators: %s: time */
            : sprintf(__('No failure since %s.', 'aloft'), self::time((int) $last));
    }

    private static function time(int $when): string
    {
        return (string) wp_date(get_option('date_format') . ' ' . get_option('time_format'), $when);
    }
}
