<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * A table in wp-admin's look, with escaped texts. On narrow screens it scrolls within itself.
 */
final class Table
{
    /** Tables of up to this number of columns fit any screen. */
    private const NARROW = 3;

    /**
     * @param list<string>       $columns headings; the first cell of each row is the row's heading
     * @param list<list<string>> $rows
     * @param string             $caption for screen readers
     */
    public static function html(array $columns, array $rows, string $caption): string
    {
        $numbers = self::numbers($rows);
        $head = self::cells($columns, $numbers, static fn (int $column): array => ['th', ' scope="col"']);
        $body = '';
        foreach ($rows as $row) {
            $body .= self::cells($row, $numbers, static fn (int $column): array => $column === 0
                ? ['th', ' scope="row"'] : ['td', '']);
        }
        $scrolls = count($columns) <= self::NARROW ? ''
            : ' tabindex="0" role="region" aria-label="' . esc_attr($caption) . '"';
        return "<div class=\"aloft-table\"$scrolls>"
            . '<table><caption class="screen-reader-text">' . esc_html($caption) . "</caption><thead>$head</thead>"
            . "<tbody>$body</tbody></table></div>";
    }

    /**
     * Columns, other than the first, in which every cell is a number with or without a unit.
     *
     * @param list<list<string>> $rows
     * @return list<int>
     */
    private static function numbers(array $rows): array
    {
        return array_values(array_filter(
            array_keys($rows[0] ?? []),
            static fn (int $column): bool => $column > 0 && preg_grep(
                '/^\$?\d[\d.,\s]*(?:%|ms|[KMGT]?B)?$/u',
                array_column($rows, $column),
                PREG_GREP_INVERT,
            ) === [],
        ));
    }

    /**
     * @param list<string>                               $texts
     * @param list<int>                                  $numbers columns
     * @param \Closure(int): array{0: string, 1: string} $element name and attributes
     */
    private static function cells(array $texts, array $numbers, \Closure $element): string
    {
        $html = '';
        foreach (array_values($texts) as $column => $text) {
            [$name, $attributes] = $element($column);
            $class = in_array($column, $numbers, true) ? ' class="aloft-number"' : '';
            $html .= "<$name$attributes$class>" . esc_html($text) . "</$name>";
        }
        return "<tr>$html</tr>";
    }
}
