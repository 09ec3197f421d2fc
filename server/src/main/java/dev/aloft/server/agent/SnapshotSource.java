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

    /// The newest snapshots of a site.
    ///
    /// @param isReadable false if S3 does not let the agent read the backups; the rest is empty then
    /// @param interval the time between two snapshots by the schedule; empty where it is not known
    /// @param newest the newest first; not all
    /// @param damaged of the newest, those that cannot be restored
    record Report(Instant when, boolean isReadable, Optional<Duration> interval, List<Entry> newest, int damaged) {

        public Report {
            newest = List.copyOf(newest);
        }
    }

    /// One snapshot.
    ///
    /// @param moment that a restoration leads back to
    /// @param bytes of all files
    /// @param hasDatabase true if it has a dump of the site's database
    record Entry(String id, Instant moment, long files, long bytes, boolean hasDatabase) {}
}
