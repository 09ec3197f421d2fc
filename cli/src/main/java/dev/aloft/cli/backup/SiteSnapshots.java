package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.server.agent.KeptCopies;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshots of one site, as its agent shows them.
///
/// @param interval the time between two, as far as it is known
/// @param log the moment to which the binary log is complete
record SiteSnapshots(Backups backups, Optional<Duration> interval, LogComplete log) implements SnapshotSource {

    private static final int MAX_SHOWN = 5;

    private static final Logger LOG = LoggerFactory.getLogger(SiteSnapshots.class);

    /// Reads how far the binary log has come; empty if it is not followed.
    interface LogComplete {
        Optional<Instant> read() throws IOException;
    }

    @Override
    public Optional<KeptCopies> copies() {
        return Optional.of(new SiteCopies(backups.fileStates()));
    }

    @Override
    public Report read() throws IOException {
        try {
            SnapshotList newest = backups.newest(MAX_SHOWN);
            List<Entry> entries = newest.snapshots().reversed().stream()
                    .map(snapshot -> entry(snapshot, newest.verification(snapshot)))
                    .toList();
            return new Report(
                    Instant.now(), true, interval, entries, newest.damaged().size(), logComplete());
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.DENIED) {
                return new Report(Instant.now(), false, interval, List.of(), 0, Optional.empty());
            }
            throw e;
        }
    }

    /// A state of the binary log that cannot be read does not hide the snapshots.
    private Optional<Instant> logComplete() {
        try {
            return log.read();
        } catch (IOException e) {
            LOG.warn("cannot read the state of the binary log: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Entry entry(Snapshot snapshot, Optional<VerifyRecord> verification) {
        return new Entry(
                snapshot.id(),
                snapshot.moment(),
                snapshot.files(),
                snapshot.bytes(),
                snapshot.database().isPresent(),
                verification.map(record -> new Verification(record.completed(), record.failed())));
    }
}
