<?php

declare(strict_types=1);

namespace WP_CLI\Utils;

/**
 * Stands in for wp-cli's function: prints comma-separated values, or a count.
 *
 * @param list<array<string, scalar>> $items
 * @param list<string>                $fields
 */
function format_items(string $format, array $items, array $fields): void
{
    \WP_CLI::log($format === 'count' ? (string) count($items) : implode("\n", array_map(
        static fn (array $item): string => implode(',', array_map(
            static fn (string $field): string => (string) $item[$field],
            $fields,
        )),
        $items,
    )));
}
