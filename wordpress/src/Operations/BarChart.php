<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * A chart of stacked bars as inline SVG, with its values as a table for screen readers and for everyone who opens it.
 * It needs no script. All texts are escaped here.
 */
final class BarChart
{
    private const HEIGHT = 100;
    private const STEP = 10;
    private const BAR = 7;

    /** @var array<string, list<float>> values by name of the series */
    private array $series = [];

    /**
     * @param string                 $title  what the chart shows
     * @param list<string>           $labels of the bars
     * @param \Closure(float): string $format of a value
     */
    public function __construct(
        private readonly string $title,
        private readonly array $labels,
        private readonly \Closure $format,
    ) {
    }

    /** @param list<int|float> $values one for each label */
    public function with(string $name, array $values): self
    {
        $chart = clone $this;
        $chart->series[$name] = array_map(floatval(...), $values);
        return $chart;
    }

    public function html(): string
    {
        return '<figure class="aloft-chart"><figcaption>' . esc_html($this->title) . '</figcaption>'
            . $this->legend() . '<div class="aloft-plot"><span class="aloft-scale">'
            . esc_html(($this->format)($this->highest())) . '</span>' . $this->svg() . '</div>' . $this->axis()
            . $this->table() . '</figure>';
    }

    private function highest(): float
    {
        return max(0.0, ...array_map($this->sum(...), array_keys($this->labels)));
    }

    private function sum(int $bar): float
    {
        return array_sum(array_column($this->series, $bar));
    }

    private function legend(): string
    {
        if (count($this->series) < 2) {
            return '';
        }
        $html = '';
        foreach (array_keys($this->series) as $index => $name) {
            $html .= "<li class=\"aloft-s$index\">" . esc_html($name) . '</li>';
        }
        return "<ul class=\"aloft-legend\" aria-hidden=\"true\">$html</ul>";
    }

    private function svg(): string
    {
        $width = count($this->labels) * self::STEP;
        $bars = '';
        foreach ($this->labels as $bar => $label) {
            $bars .= '<g><title>' . esc_html("$label: " . $this->described($bar)) . '</title>' . $this->bar($bar)
                . '</g>';
        }
        return sprintf(
            '<svg viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s" focusable="false">%s</svg>',
            $width,
            self::HEIGHT,
            /* translators: %s: title of a chart */
            esc_attr(sprintf(__('%s. The table below has the values.', 'aloft'), $this->title)),
            $bars,
        );
    }

    /** An invisible bar of full height shows the title of the group wherever the pointer is. */
    private function bar(int $bar): string
    {
        $x = $bar * self::STEP;
        $html = sprintf('<rect class="aloft-none" x="%d" y="0" width="%d" height="%d"/>', $x, self::STEP, self::HEIGHT);
        $top = (float) self::HEIGHT;
        foreach (array_values($this->series) as $index => $values) {
            $height = $this->highest() > 0 ? $values[$bar] / $this->highest() * self::HEIGHT : 0;
            $top -= $height;
            $html .= $height > 0 ? sprintf(
                '<rect class="aloft-s%d" x="%s" y="%.2F" width="%d" height="%.2F"/>',
                $index,
                $x + (self::STEP - self::BAR) / 2,
                $top,
                self::BAR,
                $height,
            ) : '';
        }
        return $html;
    }

    private function described(int $bar): string
    {
        $parts = [];
        foreach ($this->series as $name => $values) {
            $parts[] = count($this->series) > 1
                ? "$name " . ($this->format)($values[$bar])
                : ($this->format)($values[$bar]);
        }
        return implode(', ', $parts);
    }

    private function axis(): string
    {
        $last = count($this->labels) - 1;
        return '<p class="aloft-axis" aria-hidden="true">' . implode('', array_map(
            fn (int $bar): string => '<span>' . esc_html($this->labels[$bar]) . '</span>',
            array_unique([0, intdiv($last, 2), $last]),
        )) . '</p>';
    }

    private function table(): string
    {
        $rows = [];
        foreach ($this->labels as $bar => $label) {
            if ($this->sum($bar) > 0) {
                $rows[] = [$label, ...array_map(
                    fn (array $values): string => ($this->format)($values[$bar]),
                    array_values($this->series),
                )];
            }
        }
        return $rows === [] ? '' : '<details><summary>' . esc_html__('Show values', 'aloft') . '</summary>'
            . Table::html(['', ...array_keys($this->series)], $rows, $this->title) . '</details>';
    }
}
