package dev.aloft.server.operations;

import dev.aloft.server.operations.MetricsFormat.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Figures of the backups that this process takes of a site on a schedule.
///
/// @param interval the time between two snapshots
/// @param newest moment of the newest snapshot; empty if there is none
/// @param verifies true if the schedule verifies each snapshot
/// @param verified end of the last verification; empty if there was none
/// @param isGood false if the last verification failed
/// @param logComplete moment to which the binary log is complete; empty if it is not followed
/// @param isRunning true while this process is at work on them
/// @param failures of this process since its start
public record BackupFigures(
        String site,
        Duration interval,
        Optional<Instant> newest,
        boolean verifies,
        Optional<Instant> verified,
        boolean isGood,
        Optional<Instant> logComplete,
        boolean isRunning,
        long failures) {

    /// Writes the metrics of all sites; none without sites.
    static void write(List<BackupFigures> sites, MetricsFormat format) {
        if (sites.isEmpty()) {
            return;
        }
        write(
                sites,
                format.family("aloft_backup_interval_seconds", "gauge", "Scheduled time between two snapshots."),
                site -> site.interval().toSeconds());
        write(
                sites,
                format.family("aloft_backup_newest_seconds", "gauge", "Unix time of the newest snapshot; 0 for none."),
                site -> seconds(site.newest()));
        write(
                sites.stream().filter(BackupFigures::verifies).toList(),
                format.family(
                        "aloft_backup_verified_seconds", "gauge", "Unix time of the last verification; 0 for none."),
                site -> seconds(site.verified()));
        write(
                sites,
                format.family("aloft_backup_damaged", "gauge", "1 if the last verification failed."),
                site -> site.isGood() ? 0 : 1);
        write(
                sites.stream().filter(site -> site.logComplete().isPresent()).toList(),
                format.family(
                        "aloft_backup_log_seconds", "gauge", "Unix time to which the shipped binary log is complete."),
                site -> seconds(site.logComplete()));
        write(
                sites,
                format.family("aloft_backup_running", "gauge", "1 while this process works on the backups."),
                site -> site.isRunning() ? 1 : 0);
        write(
                sites,
                format.family("aloft_backup_failures_total", "counter", "Failed runs of the schedule."),
                BackupFigures::failures);
    }

    private static void write(List<BackupFigures> sites, MetricsFormat family, ToLongFunction<BackupFigures> value) {
        sites.forEach(site -> family.value(Labels.of("site", site.site()), value.applyAsLong(site)));
    }

    private static long seconds(Optional<Instant> moment) {
        return moment.map(Instant::getEpochSecond).orElse(0L);
    }
}
