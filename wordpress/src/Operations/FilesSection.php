<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Files and bytes by kind and month, as HTML.
 */
final class FilesSection implements Section
{
    public function __construct(private readonly FileUsage $usage, private readonly ?PriceList $prices)
    {
    }

    public function tiles(): string
    {
        return Tile::html(
            __('Files', 'aloft'),
            number_format_i18n($this->usage->files()),
            self::size($this->usage->bytes()) . ($this->usage->isComplete ? '' : ' ' . __('(still counting)', 'aloft')),
        );
    }

    public function html(): string
    {
        $months = $this->usage->months();
        $chart = (new BarChart(
            __('New bytes by month', 'aloft'),
            array_map(self::month(...), array_keys($months)),
            self::size(...),
        ))->with(__('bytes', 'aloft'), array_values($months));
        $rows = [];
        foreach ($this->usage->kinds() as $kind => $sum) {
            $rows[] = [self::kindName($kind), number_format_i18n($sum['files']), self::size($sum['bytes'])];
        }
        $columns = [__('Kind', 'aloft'), __('Files', 'aloft'), __('Size', 'aloft')];
        return '<section class="aloft-card"><h2>' . esc_html__('Files', 'aloft') . '</h2>' . $chart->html()
            . Table::html($columns, $rows, __('Files by kind', 'aloft'))
            . '<p>' . esc_html($this->age() . ' ' . $this->price()) . '</p></section>';
    }

    private function age(): string
    {
        $age = human_time_diff($this->usage->when);
        return $this->usage->isComplete
            /* translators: %s: a span of time, as in "5 mins" */
            ? sprintf(__('Counted %s ago.', 'aloft'), $age)
            /* translators: %s: a span of time, as in "5 mins" */
            : sprintf(__('Not all files are counted yet. Counting began %s ago; reload later.', 'aloft'), $age);
    }

    private function price(): string
    {
        return $this->prices === null ? '' : sprintf(
            /* translators: 1: price, as in "0.04", 2: name of a price list */
            __('Storing them costs about $%1$s a month, by the list prices of %2$s.', 'aloft'),
            number_format_i18n($this->prices->month($this->usage->bytes()), 2),
            $this->prices->name,
        );
    }

    private static function month(string $month): string
    {
        $time = new \DateTimeImmutable("$month-15", new \DateTimeZone('UTC'));
        return (string) wp_date('M Y', $time->getTimestamp());
    }

    private static function size(int|float $bytes): string
    {
        return size_format($bytes, $bytes < KB_IN_BYTES ? 0 : 1) ?: '0 B';
    }

    private static function kindName(string $kind): string
    {
        return match ($kind) {
            'image' => __('images', 'aloft'),
            'size' => __('sizes of images', 'aloft'),
            'video' => __('videos', 'aloft'),
            'audio' => __('sounds', 'aloft'),
            'document' => __('documents', 'aloft'),
            'archive' => __('archives', 'aloft'),
            default => __('others', 'aloft'),
        };
    }
}
