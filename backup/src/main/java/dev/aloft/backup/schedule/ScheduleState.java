package dev.aloft.backup.schedule;

import dev.aloft.backup.VerifyRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The backups of one site as this process has last seen them.
///
/// @param every the time between two snapshots
/// @param newest moment of the newest snapshot with copies; empty if there is none
/// @param verifies true if the schedule verifies each snapshot
/// @param verification of the newest snapshot that was verified; empty if there is none
/// @param logComplete moment to which the binary log is complete; empty if the log is not followed
/// @param isRunning true while this process takes, verifies or prunes snapshots
/// @param failures of this process since its start
public record ScheduleState(
        String site,
        Duration every,
        Optional<Instant> newest,
        boolean verifies,
        Optional<VerifyRecord> verification,
        Optional<Instant> logComplete,
        boolean isRunning,
        long failures) {

    static ScheduleState unseen(ScheduledSite site) {
        return new ScheduleState(
                site.name(),
                site.every(),
                Optional.empty(),
                site.depth().isPresent(),
                Optional.empty(),
                Optional.empty(),
                false,
                0);
    }

    ScheduleState seen(Optional<Instant> moment, Optional<VerifyRecord> last, Optional<Instant> log) {
        return new ScheduleState(site, every, moment, verifies, last, log, isRunning, failures);
    }

    ScheduleState running(boolean runs) {
        return new ScheduleState(site, every, newest, verifies, verification, logComplete, runs, failures);
    }

    ScheduleState failed() {
        return new ScheduleState(site, every, newest, verifies, verification, logComplete, isRunning, failures + 1);
    }
}
