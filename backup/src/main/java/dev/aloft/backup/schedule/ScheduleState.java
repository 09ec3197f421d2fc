package dev.aloft.backup.schedule;

import dev.aloft.backup.VerifyRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The backups of one site as this process has last seen them.
///
/// @param every the time between two snapshots
/// @param newest moment of the newest snapshot with copies; empty if there is none
/// @param verification the last one that is known
/// @param logComplete moment to which the binary log is complete; empty if the log is not followed
/// @param isRunning true while this process takes, verifies or prunes snapshots
/// @param failures of this process since its start
public record ScheduleState(
        String site,
        Duration every,
        Optional<Instant> newest,
        Optional<VerifyRecord> verification,
        Optional<Instant> logComplete,
        boolean isRunning,
        long failures) {

    static ScheduleState unseen(ScheduledSite site) {
        return new ScheduleState(
                site.name(), site.every(), Optional.empty(), Optional.empty(), Optional.empty(), false, 0);
    }

    /// @param found verification of the newest snapshot; until it has one, that of an earlier one stays
    ScheduleState seen(Optional<Instant> moment, Optional<VerifyRecord> found, Optional<Instant> log) {
        return new ScheduleState(
                site, every, moment, found.isPresent() ? found : verification, log, isRunning, failures);
    }

    ScheduleState running(boolean runs) {
        return new ScheduleState(site, every, newest, verification, logComplete, runs, failures);
    }

    ScheduleState failed() {
        return new ScheduleState(site, every, newest, verification, logComplete, isRunning, failures + 1);
    }
}
