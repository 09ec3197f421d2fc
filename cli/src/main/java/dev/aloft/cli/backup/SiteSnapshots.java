package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The snapshots of one site, as its agent shows them.
///
/// @param interval the time between two, as far as it is known
/// @param log the moment to which the binary log is complete
record SiteSnapshots(Backups backups, Optional<Duration> interval, LogComplete log) implements SnapshotSource {

    private static final int MAX_SHOWN = 5;

    /// Reads how far the binary log has come; empty if it is not followed.
    interface LogComplete {
        Optional<Instant> read() throws IOException;
    }

    @Override
    public Report read() throws IOException {
        try {
            SnapshotList newest = backups.newest(MAX_SHOWN);
            List<Entry> entries = newest.snapshots().reversed().stream()
                    .map(snapshot -> entry(snapshot, newest.verification(snapshot)))
                    .toList();
            return new Report(
                    Instant.now(), true, interval, entries, newest.damaged().size(), log.read());
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.DENIED) {
                return new Report(Instant.now(), false, interval, List.of(), 0, Optional.empty());
            }
            throw e;
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
