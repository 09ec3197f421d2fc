package dev.aloft.server.agent;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads the snapshots of a site's backups, for operators.
@FunctionalInterface
public interface SnapshotSource {

    /// Asks S3.
    ///
    /// @throws IOException if the backups cannot be read for another reason than lack of permissions
    Report read() throws IOException;

    /// The files in the snapshots; empty if WordPress does not see them.
    default Optional<KeptCopies> copies() {
        return Optional.empty();
    }

    /// The newest snapshots of a site.
    ///
    /// @param isReadable false if S3 does not let the agent read the backups; the rest is empty then
    /// @param interval the time between two snapshots by the schedule; empty where it is not known
    /// @param newest the newest first; not all
    /// @param damaged of the newest, those that cannot be restored
    /// @param logComplete moment to which the binary log of the database is complete; empty if it is not followed
    record Report(
            Instant when,
            boolean isReadable,
            Optional<Duration> interval,
            List<Entry> newest,
            int damaged,
            Optional<Instant> logComplete) {

        public Report {
            newest = List.copyOf(newest);
        }
    }

    /// One snapshot.
    ///
    /// @param moment that a restoration leads back to
    /// @param bytes of all files
    /// @param hasDatabase true if it has a dump of the site's database
    /// @param verification the last one; empty if there was none
    record Entry(
            String id,
            Instant moment,
            long files,
            long bytes,
            boolean hasDatabase,
            Optional<Verification> verification) {}

    /// A verification of a snapshot.
    ///
    /// @param failed files that cannot be restored as they were
    record Verification(Instant completed, long failed) {}
}
