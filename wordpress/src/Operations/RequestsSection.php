<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Requests to S3 with an estimate of their price, and the edge's answers, as HTML.
 */
final class RequestsSection implements Section
{
    private const DAYS_IN_MONTH = 30;

    private readonly ?PriceList $prices;

    public function __construct(private readonly RequestFigures $figures)
    {
        $this->prices = PriceList::of($figures);
    }

    public function tiles(): string
    {
        $requests = $this->figures->requests();
        $html = Tile::html(
            __('Requests to S3, 24 hours', 'aloft'),
            number_format_i18n($requests),
            $this->prices === null
                /* translators: %s: number of requests */
                ? sprintf(__('%s failed', 'aloft'), number_format_i18n($this->figures->total('failed')))
                /* translators: %s: price, as in "$0.04" */
                : sprintf(__('about %s', 'aloft'), self::dollars($this->price())),
        );
        $ratio = $this->figures->hitRatio();
        return !$this->figures->hasEdge ? $html : $html . Tile::html(
            __('Edge hits, 24 hours', 'aloft'),
            $ratio === null ? '–' : number_format_i18n(floor($ratio * 1000) / 10, 1) . ' %',
            $ratio === null ? __('no requests yet', 'aloft') : sprintf(
                /* translators: 1: number of answers, 2: time, as in "3.1 ms" */
                __('%1$s answers, %2$s on average', 'aloft'),
                number_format_i18n($this->figures->total('served')),
                self::milliseconds($this->figures->latency() ?? 0),
            ),
        );
    }

    public function html(): string
    {
        $chart = new BarChart(
            __('Requests by hour', 'aloft'),
            $this->hours(),
            static fn (float $count): string => number_format_i18n($count),
        );
        foreach (RequestFigures::KINDS as $kind) {
            $chart = $chart->with(self::kindName($kind), array_column($this->figures->hours, $kind));
        }
        $received = sprintf(
            /* translators: 1: size, as in "3 MB", 2: number of requests */
            __('%1$s were read from S3. %2$s requests failed.', 'aloft'),
            size_format($this->figures->total('received'), 1) ?: '0 B',
            number_format_i18n($this->figures->total('failed')),
        );
        return '<section class="aloft-card"><h2>' . esc_html__('Requests to S3', 'aloft') . '</h2>' . $chart->html()
            . $this->priceTable() . '<p>' . esc_html($received . ' ' . $this->since()) . '</p></section>'
            . ($this->figures->hasEdge ? $this->edge() : '');
    }

    private function edge(): string
    {
        $hours = $this->figures->hours;
        $answers = (new BarChart(
            __('Answers by hour', 'aloft'),
            $this->hours(),
            static fn (float $count): string => number_format_i18n($count),
        ))->with(__('hits', 'aloft'), array_column($hours, 'hits'))->with(__('others', 'aloft'), array_map(
            static fn (array $hour): int => $hour['served'] - $hour['hits'],
            $hours,
        ));
        $latency = (new BarChart(
            __('Average time to an answer by hour', 'aloft'),
            $this->hours(),
            self::milliseconds(...),
        ))->with(__('time', 'aloft'), array_map(
            static fn (array $hour): float => $hour['served'] === 0 ? 0 : $hour['micros'] / $hour['served'] / 1000,
            $hours,
        ));
        return '<section class="aloft-card"><h2>' . esc_html__('Edge', 'aloft') . '</h2>' . $answers->html()
            . $latency->html() . '<p>' . esc_html__('A hit was fresh in memory. The time ends where the answer begins,'
            . ' so that slow visitors do not count.', 'aloft') . '</p></section>';
    }

    private function priceTable(): string
    {
        $rows = [];
        foreach (RequestFigures::KINDS as $kind) {
            $count = $this->figures->total($kind);
            $rows[] = [
                self::kindName($kind),
                number_format_i18n($count),
                ...$this->prices === null ? [] : [self::dollars($this->prices->requests($kind, $count))],
            ];
        }
        $columns = [__('Kind', 'aloft'), __('Requests', 'aloft')];
        if ($this->prices !== null) {
            $columns[] = __('Estimate', 'aloft');
        }
        return Table::html($columns, $rows, __('Requests to S3 by kind', 'aloft')) . $this->priceNote();
    }

    private function priceNote(): string
    {
        $text = $this->prices === null
            ? __('Aloft knows no prices of this provider. The filter aloft_s3_prices sets them.', 'aloft')
            : sprintf(
                /* translators: 1: price, as in "$0.04", 2: name of a price list, 3: its month, as in "2026-11" */
                __('An estimate: at this rate about %1$s a month, by the list prices of %2$s (%3$s), without free'
                    . ' allowances, discounts and data transfer.', 'aloft'),
                self::dollars($this->price() * self::DAYS_IN_MONTH * RequestFigures::HOURS / $this->countedHours()),
                $this->prices->name,
                $this->prices->date,
            );
        return '<p>' . esc_html($text) . '</p>';
    }

    /** At least one, so that the rate of the first minutes is not taken for that of a month. */
    private function countedHours(): float
    {
        return max(1, ($this->figures->now - $this->figures->since) / HOUR_IN_SECONDS);
    }

    private function price(): float
    {
        return array_sum(array_map(
            fn (string $kind): float => $this->prices?->requests($kind, $this->figures->total($kind)) ?? 0,
            RequestFigures::KINDS,
        ));
    }

    private function since(): string
    {
        return $this->figures->now - $this->figures->since >= DAY_IN_SECONDS - HOUR_IN_SECONDS ? '' : sprintf(
            /* translators: %s: time */
            __('Counted since the agent started at %s.', 'aloft'),
            wp_date((string) get_option('time_format'), $this->figures->since),
        );
    }

    /** @return list<string> the end of each hour, for the chart's axis */
    private function hours(): array
    {
        $labels = [];
        for ($age = RequestFigures::HOURS - 1; $age > 0; $age--) {
            $end = $this->figures->now - $age * HOUR_IN_SECONDS;
            $labels[] = (string) wp_date((string) get_option('time_format'), $end);
        }
        return [...$labels, __('now', 'aloft')];
    }

    private static function kindName(string $kind): string
    {
        return match ($kind) {
            'read' => __('reads', 'aloft'),
            'write' => __('writes', 'aloft'),
            'list' => __('listings', 'aloft'),
            default => __('deletions', 'aloft'),
        };
    }

    private static function dollars(float $price): string
    {
        return '$' . number_format_i18n($price, $price > 0 && $price < 0.1 ? 4 : 2);
    }

    private static function milliseconds(float $time): string
    {
        return number_format_i18n($time, $time < 10 ? 1 : 0) . ' ms';
    }
}
