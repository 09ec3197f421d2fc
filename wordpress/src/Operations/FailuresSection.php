<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The last failures of exchanges with the agent, as HTML.
 */
final class FailuresSection implements Section
{
    /** @param list<array<string, mixed>> $failures the newest first */
    public function __construct(private readonly array $failures)
    {
    }

    public function tiles(): string
    {
        return '';
    }

    public function html(): string
    {
        $rows = array_map(static fn (array $failure): array => [
            (string) wp_date('Y-m-d H:i:s', (int) $failure['when']),
            (string) $failure['what'],
            (string) $failure['status'],
            (string) $failure['why'],
            (string) ($failure['caller'] ?? ''),
        ], $this->failures);
        $columns = [
            __('Time', 'aloft'), __('Request', 'aloft'), __('Status', 'aloft'), __('Reason', 'aloft'),
            __('Asked by', 'aloft'),
        ];
        return '<section class="aloft-card aloft-wide"><h2>' . esc_html__('Last failures', 'aloft') . '</h2>' . (
            $rows === []
                ? '<p>' . esc_html__('None since the agent started.', 'aloft') . '</p>'
                : Table::html($columns, $rows, __('Last failures', 'aloft'))
        ) . '</section>';
    }
}
