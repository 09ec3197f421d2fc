<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Migrations, backups and restorations that run on the agent's host, as HTML.
 */
final class OperationsSection
{
    /**
     * Empty if none is under way.
     *
     * @param array<string, mixed> $agent the agent's state
     */
    public static function html(array $agent): string
    {
        $rows = array_map(static fn (array $operation): array => [
            "{$operation['name']}: {$operation['phase']}",
            sprintf(
                /* translators: 1: number of files, 2: size, such as 3.1 GB */
                __('%1$s files done, %2$s copied or read', 'aloft'),
                number_format_i18n((int) $operation['files']),
                size_format((int) $operation['bytes'], 1) ?: '0 B',
            ),
            human_time_diff((int) $operation['since']),
        ], (array) ($agent['operations'] ?? []));
        return $rows === [] ? '' : '<section class="aloft-card aloft-wide"><h2>' . esc_html__('Under way', 'aloft')
            . '</h2>' . Table::html(
                [__('Operation', 'aloft'), __('Progress', 'aloft'), __('Running for', 'aloft')],
                $rows,
                __('Operations under way', 'aloft'),
            ) . '</section>';
    }
}
