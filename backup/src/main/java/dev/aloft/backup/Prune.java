package dev.aloft.backup;

import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One prune, in two steps that may be days apart. For one thread.
///
/// A snapshot that is not kept is dropped first: a mark is written, and nothing begins to use it any more. A later
/// prune deletes it when everything that was under way at that time must have ended. Content is deleted when no
/// snapshot or restoration names it and it is older than everything that may be under way. So a prune needs no lock,
/// and may be interrupted at any time. A snapshot that cannot be read is neither dropped nor ignored: all content
/// stays.
final class Prune {

    private static final int DELETE_BATCH = 1000;

    private final SnapshotCatalog catalog;
    private final BackupFolder folder;
    private final BackupSettings settings;
    private final Progress progress;
    private final Backups.Deletions deletions;
    private final LongSet named = new LongSet();
    private final List<String> damaged = new ArrayList<>();
    private final List<StoredObject> batch = new ArrayList<>();
    private long deleted;
    private long bytes;
    private long waiting;
    private long retained;
    private Instant now = Instant.EPOCH;

    Prune(SnapshotCatalog catalog, BackupSettings settings, Progress progress, Backups.Deletions deletions) {
        this.catalog = catalog;
        this.folder = catalog.folder();
        this.settings = settings;
        this.progress = progress;
        this.deletions = deletions;
    }

    PruneReport run(KeepRules rules, boolean isDryRun) throws IOException {
        SnapshotIndex snapshots = catalog.index();
        SnapshotIndex restores = SnapshotIndex.read(folder, BackupFolder.RESTORES);
        SnapshotList list = catalog.all(snapshots.complete());
        List<Snapshot> complete = list.snapshots();
        Set<String> kept = rules.kept(complete);
        List<Snapshot> dropped =
                complete.stream().filter(each -> !kept.contains(each.id())).toList();
        if (!isDryRun) {
            for (Snapshot snapshot : dropped) {
                catalog.write(folder.ofSnapshot(snapshot.id(), BackupFolder.DROPPED), "{}");
            }
            sweep(snapshots, restores);
        } else {
            list.damaged().forEach(each -> damaged.add(each.found()));
        }
        return new PruneReport(
                complete.stream().map(Snapshot::id).filter(kept::contains).toList(),
                dropped.stream().map(Snapshot::id).toList(),
                deleted,
                bytes,
                waiting,
                retained,
                damaged);
    }

    private void sweep(SnapshotIndex snapshots, SnapshotIndex restores) throws IOException {
        now = readClock();
        Instant limit = limit(snapshots, restores);
        progress.begin("reading what snapshots name");
        List<Entry> ended = nameContentsOfOthers(snapshots, restores, limit);
        progress.begin("deleting");
        for (Entry entry : ended) {
            delete(entry);
        }
        deleteLeases();
        if (damaged.isEmpty()) {
            deleteContents(limit);
        }
        flush();
    }

    /// @return the snapshots and restorations that have ended; all others name what they need
    private List<Entry> nameContentsOfOthers(SnapshotIndex snapshots, SnapshotIndex restores, Instant limit)
            throws IOException {
        List<Entry> ended = new ArrayList<>();
        for (Entry entry : snapshots.entries()) {
            if (hasEnded(entry, limit)) {
                ended.add(entry);
            } else if (entry.has(BackupFolder.DESCRIPTION)) {
                nameContents(() -> nameContents(catalog.manifest(catalog.read(entry.id()))));
            }
        }
        for (Entry entry : restores.entries()) {
            if (entry.begun().isBefore(undoLimit(entry))) {
                ended.add(entry);
            } else if (entry.has(BackupFolder.PLAN)) {
                nameContents(() -> nameContents(RestoreRecord.read(catalog, entry.id())));
            }
        }
        return ended;
    }

    private void delete(Entry entry) throws IOException {
        for (StoredObject object : entry.inOrderOfDeletion()) {
            delete(object);
            flush(); // one after the other: the mark is last
        }
    }

    /// Deletes the objects that were the lease of scheduled backups, and leaves the newest.
    private void deleteLeases() throws IOException {
        BucketFolder.Listing leases = folder.folder().list(Backups.LEASE);
        StoredObject earlier = null;
        for (StoredObject lease = leases.next(); lease != null; lease = leases.next()) {
            if (earlier != null && earlier.modified().isBefore(now.minus(BackupSettings.GRACE))) {
                delete(earlier);
            }
            earlier = lease;
        }
    }

    /// The time by S3's clock, as `Last-Modified` of an object that is written for it.
    private Instant readClock() throws IOException {
        ObjectKey key = folder.folder().key(BackupFolder.CLOCK);
        StoredObject written = catalog.write(key, "{}");
        return StoreClock.of(folder.folder().bucket().head(key, Duration.ZERO).orElse(written), settings.clock())
                .now();
    }

    /// The time before which nothing that is under way began.
    private Instant limit(SnapshotIndex snapshots, SnapshotIndex restores) {
        Instant oldestMarker = now.minus(BackupSettings.MARKER_LIMIT);
        return Stream.concat(
                        snapshots.entries().stream().filter(Entry::isUnfinished),
                        restores.entries().stream().filter(entry -> !entry.has(BackupFolder.PLAN)))
                .map(Entry::begun)
                .filter(oldestMarker::isBefore)
                .min(Instant::compareTo)
                .filter(now::isAfter)
                .orElse(now)
                .minus(BackupSettings.GRACE);
    }

    private boolean hasEnded(Entry entry, Instant limit) {
        Optional<Instant> dropped = entry.written(BackupFolder.DROPPED);
        return dropped.isPresent()
                ? dropped.get().isBefore(limit)
                : entry.isRemainder()
                        || (entry.isUnfinished() && entry.begun().isBefore(now.minus(BackupSettings.MARKER_LIMIT)));
    }

    private Instant undoLimit(Entry entry) {
        return now.minus(entry.has(BackupFolder.PLAN) ? BackupSettings.UNDO_LIMIT : BackupSettings.MARKER_LIMIT);
    }

    /// Reads the content that one snapshot or restoration names.
    private interface Reading {
        void run() throws IOException;
    }

    private void nameContents(Reading reading) throws IOException {
        try {
            reading.run();
        } catch (BackupException e) {
            damaged.add(String.valueOf(e.getMessage()));
        }
    }

    private void nameContents(Manifest manifest) throws IOException {
        try (FileSource.Cursor files = manifest.check().open()) {
            for (SnapshotFile file = files.next(); file != null; file = files.next()) {
                name(file);
            }
        }
    }

    private void nameContents(RestoreRecord record) throws IOException {
        try (LinesReader lines = record.open(folder)) {
            for (Change change = RestoreRecord.next(lines, folder);
                    change != null;
                    change = RestoreRecord.next(lines, folder)) {
                name(change.before());
                name(change.after());
            }
        }
    }

    private void name(@Nullable SnapshotFile file) {
        if (file != null) {
            named.add(LongSet.hash(file.content().key().value()));
            progress.passed();
        }
    }

    private void deleteContents(Instant limit) throws IOException {
        BucketFolder.Listing contents = folder.folder().list(BackupFolder.CONTENT);
        for (StoredObject object = contents.next(); object != null; object = contents.next()) {
            if (named.contains(LongSet.hash(object.key().value()))) {
                continue;
            }
            if (object.modified().isBefore(limit)) {
                delete(object);
            } else {
                waiting++;
            }
        }
    }

    private void delete(StoredObject object) throws IOException {
        batch.add(object);
        if (batch.size() == DELETE_BATCH) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        deletions.accept(List.copyOf(batch));
        List<ObjectKey> keys = batch.stream().map(StoredObject::key).toList();
        DeleteReport report = folder.folder().bucket().deleteAll(keys);
        for (StoredObject object : batch) {
            String failure = report.failures().get(object.key());
            if (failure == null) {
                deleted++;
                bytes += object.size();
                progress.copied(object.size());
            } else if (failure.equals("AccessDenied")) {
                retained++;
            } else {
                throw new StoreException(
                        StoreException.Kind.UNAVAILABLE,
                        "cannot delete " + folder.folder().uri(object.key()) + ": S3 answers " + failure);
            }
        }
        batch.clear();
    }
}
