<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The last failures of exchanges with the agent, as HTML.
 */
final class FailuresSection implements Section
{
    /** Failures that are not folded away. */
    private const MAX_ROWS = 5;

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
        $older = array_slice($rows, self::MAX_ROWS);
        return '<section class="aloft-card aloft-wide"><h2>' . esc_html__('Last failures', 'aloft') . '</h2>' . (
            $rows === []
                ? '<p>' . esc_html__('None since the agent started.', 'aloft') . '</p>'
                : self::table(array_slice($rows, 0, self::MAX_ROWS), __('Last failures', 'aloft'))
        ) . ($older === [] ? '' : '<details><summary>' . esc_html__('Show older failures', 'aloft') . '</summary>'
            . self::table($older, __('Older failures', 'aloft')) . '</details>') . '</section>';
    }

    /** @param list<list<string>> $rows */
    private static function table(array $rows, string $caption): string
    {
        return Table::html([
            __('Time', 'aloft'), __('Request', 'aloft'), __('Status', 'aloft'), __('Reason', 'aloft'),
            __('Asked by', 'aloft'),
        ], $rows, $caption);
    }
}
