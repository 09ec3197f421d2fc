<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;

/**
 * The object cache, as HTML: its hit ratio, its groups, the largest values and the slowest exchanges with it.
 */
final class ObjectCacheSection implements Section
{
    private const MAX_PARTS = 6;
    private const MAX_ROWS = 8;
    private const MAX_KEY_LENGTH = 60;

    /** @var array<string, array{int, int}> keys and bytes by group */
    private array $groups = [];
    /** @var list<CachedKey> the largest first */
    private array $largest = [];
    private bool $isComplete = false;

    /** The reason why the keys could not be listed. */
    private string $problem = '';

    /** @param array<string, mixed> $agent the agent's state */
    private function __construct(private readonly array $agent)
    {
        try {
            $keys = CachedKey::all(self::MAX_PARTS);
            foreach ($keys as $key) {
                [$count, $bytes] = $this->groups[$key->group] ?? [0, 0];
                $this->groups[$key->group] = [$count + 1, $bytes + $key->bytes];
                $this->largest[] = $key;
            }
            $this->isComplete = $keys->getReturn();
        } catch (AgentException $failure) {
            $this->problem = $failure->getMessage();
        }
        usort($this->largest, static fn (CachedKey $a, CachedKey $b): int => $b->bytes <=> $a->bytes);
        uasort($this->groups, static fn (array $a, array $b): int => $b[1] <=> $a[1]);
    }

    /**
     * Null unless the object cache is in the agent.
     *
     * @param array<string, mixed> $agent the agent's state
     */
    public static function of(array $agent): ?self
    {
        $dropIn = ObjectCacheDropIn::ofThisSite();
        return ($agent['object_cache'] ?? null) === null || !$dropIn->isOurs() || $dropIn->isOff()
            ? null
            : new self($agent);
    }

    public function tiles(): string
    {
        ['hits' => $hits, 'misses' => $misses] = $this->agent['object_cache'];
        $reads = $hits + $misses;
        return Tile::html(
            __('Object cache hits', 'aloft'),
            $reads === 0 ? '–' : number_format_i18n(floor(1000 * $hits / $reads) / 10, 1) . ' %',
            /* translators: %s: number of reads */
            sprintf(__('of %s reads since the agent started', 'aloft'), number_format_i18n($reads)),
        );
    }

    public function html(): string
    {
        return '<section class="aloft-card aloft-wide"><h2>' . esc_html__('Object cache', 'aloft') . '</h2>'
            . '<div class="aloft-pair">' . ($this->problem === '' ? $this->groups() : '') . $this->largest()
            . '</div><p>' . esc_html($this->note()) . '</p></section>';
    }

    private function note(): string
    {
        return match (true) {
            $this->problem !== '' => MissingSection::text($this->problem),
            $this->isComplete => __('wp aloft object-cache keys lists all keys.', 'aloft'),
            default => __('Not all keys were counted. wp aloft object-cache keys lists them.', 'aloft'),
        };
    }

    private function groups(): string
    {
        $rows = [];
        foreach (array_slice($this->groups, 0, self::MAX_ROWS, true) as $group => [$count, $bytes]) {
            $rows[] = [self::shortened((string) $group), number_format_i18n($count), self::size($bytes)];
        }
        return $rows === [] ? '<p>' . esc_html__('It has no values.', 'aloft') . '</p>' : Table::html(
            [__('Group', 'aloft'), __('Keys', 'aloft'), __('Size', 'aloft')],
            $rows,
            __('Groups of the object cache', 'aloft'),
        );
    }

    private function largest(): string
    {
        $rows = array_map(
            static fn (CachedKey $key): array => [
                self::shortened("$key->group/$key->id"),
                self::size($key->bytes),
                $key->seconds === 0 ? '–' : human_time_diff(0, $key->seconds),
            ],
            array_slice($this->largest, 0, self::MAX_ROWS),
        );
        return $rows === [] ? '' : Table::html(
            [__('Largest values', 'aloft'), __('Size', 'aloft'), __('Expires in', 'aloft')],
            $rows,
            __('Largest values', 'aloft'),
        );
    }

    /** The slowest exchanges; empty if none are known. */
    public function slowest(): string
    {
        $rows = array_map(static fn (array $exchange): array => [
            (string) wp_date('Y-m-d H:i:s', (int) $exchange['when']),
            number_format_i18n($exchange['micros'] / 1000, 1) . ' ms',
            number_format_i18n((int) $exchange['commands']),
            self::size((int) $exchange['bytes']),
            // The name of the installation is not shown.
            self::shortened((string) preg_replace('/^[0-9a-f]{12}:/', '', (string) ($exchange['key'] ?? '–'))),
        ], (array) ($this->agent['object_cache_slowest'] ?? []));
        return $rows === [] ? '' : '<section class="aloft-card aloft-wide"><h2>'
            . esc_html__('Slowest exchanges with the object cache, 24 hours', 'aloft') . '</h2>' . Table::html(
                [
                    __('Time', 'aloft'), __('Duration', 'aloft'), __('Commands', 'aloft'), __('Size', 'aloft'),
                    __('First key', 'aloft'),
                ],
                $rows,
                __('Slowest exchanges with the object cache', 'aloft'),
            ) . '</section>';
    }

    private static function size(int $bytes): string
    {
        return size_format($bytes, $bytes < KB_IN_BYTES ? 0 : 1) ?: '0 B';
    }

    /** Of any bytes, text that fits on a screen. */
    private static function shortened(string $text): string
    {
        $text = (string) preg_replace('/[\x00-\x1f\x7f]/', '?', wp_check_invalid_utf8($text, true));
        return mb_strlen($text) <= self::MAX_KEY_LENGTH ? $text : mb_substr($text, 0, self::MAX_KEY_LENGTH) . '…';
    }
}
