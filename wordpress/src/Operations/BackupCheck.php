<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;

/**
 * Checks whether the site's backups are recent, where they are configured.
 */
final class BackupCheck
{
    /** The follower of the binary log confirms its state about once a minute. */
    private const MAX_LOG_LAG_SECONDS = 900;

    public function __construct(private readonly AgentReports $reports)
    {
    }

    /** @return array<string, \Closure(): Finding> by name; empty without backups */
    public function checks(): array
    {
        try {
            $report = $this->reports->snapshots();
        } catch (AgentException $failure) {
            return $failure->status === AgentException::NO_ANSWER
                ? [] // The check of the agent shows the reason.
                : ['backups' => static fn (): Finding => Finding::recommended(
                    __('Backups could not be checked', 'aloft'),
                    $failure->getMessage(),
                )];
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
        $verified = $report->lastVerified();
        return $verified !== null && $verified['failed'] > 0
            ? Finding::critical(
                __('The last verification of the backups failed', 'aloft'),
                /* translators: 1: number of files, 2: date and time of a snapshot */
                sprintf(__('%1$s files of the snapshot of %2$s cannot be restored as they were. Run aloft backup create'
                    . ' --full on the server, and aloft backup verify.', 'aloft'), number_format_i18n(
                        $verified['failed'],
                    ), (string) wp_date('Y-m-d H:i:s', $verified['moment'])),
            )
            : self::ofAge($report, $now);
    }

    private static function ofAge(SnapshotReport $report, int $now): Finding
    {
        $age = human_time_diff($report->newest[0]['moment'], $now);
        if ($report->isLate($now)) {
            return Finding::recommended(
                __('The newest snapshot is older than the schedule says', 'aloft'),
                /* translators: %s: a span of time, as in "3 days" */
                sprintf(__('It is %s old. Check the log of the service that makes backups.', 'aloft'), $age),
            );
        }
        if ($report->logLag !== null && $report->logLag > self::MAX_LOG_LAG_SECONDS) {
            return Finding::recommended(
                __('The binary log of the database is not shipped to the backups', 'aloft'),
                /* translators: %s: a span of time, as in "3 days" */
                sprintf(__('It is %s behind. Check the service of aloft backup follow.', 'aloft'), human_time_diff(
                    $now - $report->logLag,
                    $now,
                )),
            );
        }
        return Finding::good(
            __('Backups are recent', 'aloft'),
            /* translators: %s: a span of time, as in "3 days" */
            sprintf(__('The newest snapshot is %s old.', 'aloft'), $age),
        );
    }
}
