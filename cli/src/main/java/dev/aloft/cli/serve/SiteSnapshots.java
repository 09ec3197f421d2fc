package dev.aloft.cli.serve;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The snapshots of one site, as its agent shows them.
record SiteSnapshots(Backups backups, String schedule) implements SnapshotSource {

    private static final int MAX_SHOWN = 5;

    /// Of systemd's calendar expressions those that say how much time passes.
    private static final Map<String, Duration> INTERVALS = Map.of(
            "hourly", Duration.ofHours(1),
            "daily", Duration.ofDays(1),
            "weekly", Duration.ofDays(7),
            "monthly", Duration.ofDays(31));

    @Override
    public Report read() throws IOException {
        try {
            SnapshotList newest = backups.newest(MAX_SHOWN);
            List<Entry> entries = newest.snapshots().reversed().stream()
                    .map(SiteSnapshots::entry)
                    .toList();
            return report(true, entries, newest.damaged().size());
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.DENIED) {
                return report(false, List.of(), 0);
            }
            throw e;
        }
    }

    private Report report(boolean isReadable, List<Entry> newest, int damaged) {
        return new Report(Instant.now(), isReadable, Optional.ofNullable(INTERVALS.get(schedule)), newest, damaged);
    }

    private static Entry entry(Snapshot snapshot) {
        return new Entry(
                snapshot.id(),
                snapshot.moment(),
                snapshot.files(),
                snapshot.bytes(),
                snapshot.database().isPresent());
    }
}
