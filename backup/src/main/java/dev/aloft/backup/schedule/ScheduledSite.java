package dev.aloft.backup.schedule;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.BucketFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Optional;

/// A site whose backups are taken by themselves.
///
/// @param name for messages
/// @param folder of the backups
/// @param every the time between two snapshots
/// @param at a time of the day (UTC) at which one is due, and from there in steps of `every`; empty to count from the
///     newest snapshot
/// @param depth of the verification of each; empty for none
/// @param keep which snapshots stay; without rules nothing is pruned
public record ScheduledSite(
        String name,
        Backups backups,
        BucketFolder folder,
        Duration every,
        Optional<LocalTime> at,
        Optional<Verification> depth,
        KeepRules keep,
        Database database) {

    /// The database of the site.
    public interface Database {

        /// Takes the dump of a snapshot; empty for files only.
        Optional<DatabasePart.Dumper> dumper() throws IOException;

        /// The moment to which its binary log is complete in the backups; empty if the log is not followed.
        Optional<Instant> logComplete() throws IOException;

        /// Deletes the binary logs that no snapshot needs any more.
        void pruneLog() throws IOException;
    }

    /// @throws IllegalArgumentException for a time that is not positive
    public ScheduledSite {
        if (!every.isPositive()) {
            throw new IllegalArgumentException("backups of site " + name + " every " + every);
        }
    }

    /// The moment at which the snapshot after `newest` is due.
    Instant dueAfter(Instant newest) {
        if (at.isEmpty()) {
            return newest.plus(every);
        }
        Instant first = Instant.EPOCH.plusNanos(at.get().toNanoOfDay());
        long steps = Math.floorDiv(Duration.between(first, newest).toMillis(), every.toMillis());
        return first.plus(every.multipliedBy(steps + 1));
    }
}
