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
     * @param string               $url   gives the section as it is then
     */
    public static function html(array $agent, string $url): string
    {
        $rows = array_map(static fn (array $operation): array => [
            self::translated((string) $operation['name']) . ': ' . self::translated((string) $operation['phase']),
            self::progress($operation),
            human_time_diff((int) $operation['since']),
        ], (array) ($agent['operations'] ?? []));
        return $rows === [] ? '' : '<section class="aloft-card aloft-wide aloft-under-way" data-url="' . esc_url($url)
            . '"><h2>' . esc_html__('Under way', 'aloft') . '</h2>' . Table::html(
                [__('Operation', 'aloft'), __('Progress', 'aloft'), __('Running for', 'aloft')],
                $rows,
                __('Operations under way', 'aloft'),
            ) . '</section>';
    }

    /** @param array<string, mixed> $operation */
    private static function progress(array $operation): string
    {
        $size = size_format((int) $operation['bytes'], 1) ?: '0 B';
        return $operation['stream'] ?? false ? $size : sprintf(
            /* translators: 1: number of files, 2: size, such as 3.1 GB */
            __('Files done: %1$s, copied or read: %2$s', 'aloft'),
            number_format_i18n((int) $operation['files']),
            $size,
        );
    }

    /** A command, or a part of its work; that of another version as the agent names it. */
    private static function translated(string $words): string
    {
        return [
            'backup create' => __('backup create', 'aloft'),
            'backup prune' => __('backup prune', 'aloft'),
            'backup restore' => __('backup restore', 'aloft'),
            'backup verify' => __('backup verify', 'aloft'),
            'migrate between' => __('migrate between', 'aloft'),
            'migrate in' => __('migrate in', 'aloft'),
            'migrate out' => __('migrate out', 'aloft'),
            'migrate verify' => __('migrate verify', 'aloft'),
            'scheduled backup' => __('scheduled backup', 'aloft'),
            'checking names' => __('checking names', 'aloft'),
            'checking the dump' => __('checking the dump', 'aloft'),
            'comparing files' => __('comparing files', 'aloft'),
            'copying files' => __('copying files', 'aloft'),
            'copying files into S3' => __('copying files into S3', 'aloft'),
            'copying files out of S3' => __('copying files out of S3', 'aloft'),
            'deleting' => __('deleting', 'aloft'),
            'deleting files' => __('deleting files', 'aloft'),
            'deleting local files' => __('deleting local files', 'aloft'),
            'dumping the database' => __('dumping the database', 'aloft'),
            'listing content' => __('listing content', 'aloft'),
            'listing versions' => __('listing versions', 'aloft'),
            'loading the dump' => __('loading the dump', 'aloft'),
            'putting the tables in place' => __('putting the tables in place', 'aloft'),
            'reading what snapshots name' => __('reading what snapshots name', 'aloft'),
            'recording what will change' => __('recording what will change', 'aloft'),
            'replaying the binary log' => __('replaying the binary log', 'aloft'),
            'restoring files' => __('restoring files', 'aloft'),
            'starting' => __('starting', 'aloft'),
            'verifying files' => __('verifying files', 'aloft'),
        ][$words] ?? $words;
    }
}
