<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The newest snapshots, as HTML.
 */
final class BackupsSection implements Section
{
    public function __construct(private readonly SnapshotReport $report)
    {
    }

    public function tiles(): string
    {
        $newest = $this->report->newest[0] ?? null;
        return Tile::html(
            __('Newest snapshot', 'aloft'),
            $newest === null ? '–' : human_time_diff($newest['moment']),
            match (true) {
                !$this->report->isReadable => __('not readable for the agent', 'aloft'),
                !$this->report->isRead => __('reading the backups', 'aloft'),
                $newest === null => __('none yet', 'aloft'),
                $newest['database'] => __('old, files and database', 'aloft'),
                default => __('old, files only', 'aloft'),
            },
        );
    }

    /** @param array{verified?: int, failed?: int} $snapshot */
    private static function verification(array $snapshot): string
    {
        return match (true) {
            !isset($snapshot['verified'], $snapshot['failed']) => __('none', 'aloft'),
            /* translators: %s: number of files */
            $snapshot['failed'] > 0 => sprintf(__('%s failed', 'aloft'), number_format_i18n($snapshot['failed'])),
            default => sprintf(
                /* translators: %s: date and time */
                __('good, %s', 'aloft'),
                (string) wp_date('Y-m-d H:i', $snapshot['verified']),
            ),
        };
    }

    public function html(): string
    {
        $rows = array_map(static fn (array $snapshot): array => [
            (string) wp_date('Y-m-d H:i:s', $snapshot['moment']),
            sprintf(
                $snapshot['database']
                    /* translators: %s: number of files */
                    ? __('%s files, database', 'aloft')
                    /* translators: %s: number of files */
                    : __('%s files', 'aloft'),
                number_format_i18n($snapshot['files']),
            ),
            size_format($snapshot['bytes'], 1) ?: '0 B',
            self::verification($snapshot),
        ], $this->report->newest);
        $columns = [
            __('Moment', 'aloft'), __('Contents', 'aloft'), __('Size', 'aloft'), __('Last verification', 'aloft'),
        ];
        return '<section class="aloft-card aloft-wide"><h2>' . esc_html__('Snapshots', 'aloft') . '</h2>' . (
            $rows === []
                ? '<p>' . esc_html($this->report->isReadable
                    ? __('There is none yet.', 'aloft')
                    : __('S3 does not let the agent read them.', 'aloft')) . '</p>'
                : Table::html($columns, $rows, __('Newest snapshots', 'aloft'))
        ) . '</section>';
    }
}
