<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;

/**
 * Checks whether the site's backups are recent, where they are configured.
 */
final class BackupCheck
{
    public function __construct(private readonly AgentReports $reports)
    {
    }

    /** @return array<string, \Closure(): Finding> by name; empty without backups */
    public function checks(): array
    {
        try {
            $report = $this->reports->snapshots();
        } catch (AgentException) {
            return []; // The check of the agent shows the reason.
        }
        return $report->isConfigured && $report->isRead
            ? ['backups' => static fn (): Finding => self::finding($report, time())] : [];
    }

    public static function finding(SnapshotReport $report, int $now): Finding
    {
        if (!$report->isReadable) {
            return Finding::good(
                __('Backups are not visible here', 'aloft'),
                __('S3 does not let the agent read them. To see them here, grant it the permissions of aloft backup'
                    . ' list.', 'aloft'),
            );
        }
        if ($report->damaged > 0) {
            return Finding::critical(
                __('Snapshots are damaged', 'aloft'),
                /* translators: %s: number of snapshots */
                sprintf(__('%s of the newest snapshots cannot be restored. Run aloft backup list on the server, and'
                    . ' create a new one.', 'aloft'), number_format_i18n($report->damaged)),
            );
        }
        if ($report->newest === []) {
            return Finding::critical(
                __('There is no snapshot', 'aloft'),
                __('Backups are configured, but none has been made. aloft backup schedule prints what makes them'
                    . ' regularly.', 'aloft'),
            );
        }
        $age = human_time_diff($report->newest[0]['moment'], $now);
        return $report->isLate($now)
            ? Finding::recommended(
                __('The newest snapshot is older than the schedule says', 'aloft'),
                /* translators: %s: a span of time, as in "3 days" */
                sprintf(__('It is %s old. Check the log of the service that makes backups.', 'aloft'), $age),
            )
            : Finding::good(
                __('Backups are recent', 'aloft'),
                /* translators: %s: a span of time, as in "3 days" */
                sprintf(__('The newest snapshot is %s old.', 'aloft'), $age),
            );
    }
}
