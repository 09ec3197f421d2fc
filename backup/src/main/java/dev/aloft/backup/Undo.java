package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.backup.RestorePlan.Wanted;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Joined.Pair;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files as they were before the last restoration to a folder and those that it continued: what its undo makes of
/// them. For one thread, which closes it.
///
/// An interrupted undo is continued. A file is wanted only while it is as the restoration left it.
final class Undo implements AutoCloseable {

    private static final String SOURCE = "undo ";

    private final BackupFolder folder;
    private final RestoreRecord newest;
    private final Optional<Instant> finished;
    private final List<LinesReader> open = new ArrayList<>();
    private Joined.Source<Change> changes;

    /// Opens the records.
    ///
    /// @throws BackupException where there is none, or where one is not as it was written
    Undo(SnapshotCatalog catalog, BucketFolder target) throws IOException {
        this.folder = catalog.folder();
        SnapshotIndex index = SnapshotIndex.read(folder, BackupFolder.RESTORES);
        this.newest = last(catalog, index, target)
                .orElseThrow(() -> new BackupException(
                        Kind.NOT_FOUND,
                        "no restoration to " + target + " is recorded at " + folder,
                        "restore a snapshot instead (aloft backup list)"));
        this.finished = finished(index, newest);
        try {
            changes = changes(newest);
            for (RestoreRecord record = newest; record.continues() != null; ) {
                record = RestoreRecord.read(catalog, record.continues());
                changes = joined(changes(record), changes);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// The last restoration to a folder; of an interrupted undo, the one that it takes back.
    static Optional<RestoreRecord> last(SnapshotCatalog catalog, SnapshotIndex index, BucketFolder target)
            throws IOException {
        Optional<RestoreRecord> last = RestoreRecord.newest(catalog, index, target.toString());
        while (last.isPresent()
                && isUndo(last.get())
                && finished(index, last.get()).isEmpty()) {
            last = Optional.of(RestoreRecord.read(catalog, last.get().source().substring(SOURCE.length())));
        }
        return last;
    }

    /// The last restoration or undo of one, if it was interrupted or could not change every file.
    static Optional<RestoreRecord> unfinished(SnapshotCatalog catalog, SnapshotIndex index, BucketFolder target)
            throws IOException {
        try {
            return RestoreRecord.newest(catalog, index, target.toString())
                    .filter(record -> finished(index, record).isEmpty());
        } catch (BackupException damaged) {
            return Optional.empty();
        }
    }

    /// True for a record of an undo.
    static boolean isUndo(RestoreRecord record) {
        return record.source().startsWith(SOURCE);
    }

    private static Optional<Instant> finished(SnapshotIndex index, RestoreRecord record) {
        return index.entry(record.id()).flatMap(entry -> entry.written(BackupFolder.FINISHED));
    }

    private Joined.Source<Change> changes(RestoreRecord record) throws IOException {
        LinesReader lines = record.check(folder).open(folder);
        open.add(lines);
        return () -> RestoreRecord.next(lines, folder);
    }

    /// The changes of a restoration and of the one that continued it.
    private static Joined.Source<Change> joined(Joined.Source<Change> older, Joined.Source<Change> newer) {
        Joined<Change, Change> pairs = Joined.of(older, Change::key, newer, Change::key);
        return () -> {
            Pair<Change, Change> pair = pairs.next();
            return pair == null ? null : joined(pair.left(), pair.right());
        };
    }

    /// Both have a file that the older one did not come to, or that was changed between them: then the newer one
    /// knows it as it was. On a store that gives the same bytes another ETag with each copy, the newer one replaces
    /// the older one's copy.
    private static @Nullable Change joined(@Nullable Change older, @Nullable Change newer) {
        if (older == null || newer == null) {
            return older == null ? newer : older;
        }
        SnapshotFile left = older.after();
        SnapshotFile found = newer.before();
        boolean isCopied = left != null && found != null && left.size() == found.size();
        return new Change(newer.key(), isCopied ? older.before() : newer.before(), newer.after());
    }

    /// Names it in the record.
    String source() {
        return SOURCE + newest.id();
    }

    /// The next file, in the order of the keys; null after the last.
    @Nullable
    Wanted next() throws IOException {
        Change change = changes.next();
        return change == null ? null : new Wanted(change.key(), change.before(), live -> isAsLeft(change, live));
    }

    /// True if a file is as the restoration left it. Where ETags do not tell, it has the size and was not written
    /// after the restoration.
    private boolean isAsLeft(Change change, @Nullable StoredObject live) {
        SnapshotFile after = change.after();
        if (after == null || live == null) {
            return after == null && live == null;
        }
        boolean isOld = finished.filter(end -> !live.modified().isAfter(end)).isPresent();
        return RestorePlan.hasSameBytes(after, live) || (isOld && after.size() == live.size());
    }

    @Override
    public void close() throws IOException {
        for (LinesReader lines : open) {
            lines.close();
        }
    }
}
