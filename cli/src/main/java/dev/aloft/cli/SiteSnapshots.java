package dev.aloft.cli;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.server.agent.SnapshotSource;
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
        SnapshotList newest = backups.newest(MAX_SHOWN);
        List<Entry> entries =
                newest.snapshots().reversed().stream().map(SiteSnapshots::entry).toList();
        return new Report(
                Instant.now(),
                Optional.ofNullable(INTERVALS.get(schedule)),
                entries,
                newest.damaged().size());
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
