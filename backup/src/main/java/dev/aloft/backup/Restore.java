package dev.aloft.backup;

import dev.aloft.backup.RestorePlan.Wanted;
import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Joined.Pair;
import dev.aloft.bulk.Progress;
import dev.aloft.store.CopySource;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One restoration. For one thread.
///
/// First it records each change that it will make, with a copy of the file as it is, so that it can be taken back.
/// Then it copies, inside S3. It deletes last, and only if everything was copied. A file that someone else changes
/// meanwhile is left alone and reported. A restoration that was interrupted is continued by another one.
final class Restore {

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final int DELETE_BATCH = 1000;
    private static final int MAX_FAILURES = 100;
    private static final String CHANGED = "was changed by someone else meanwhile, and left so";

    private final SnapshotCatalog catalog;
    private final BackupFolder folder;
    private final RestoreOptions options;
    private final Progress progress;
    private final String id;
    private long written;
    private long bytes;
    private long deleted;
    private long keptPrivate;
    private long failed;
    private long wantedFiles;
    private boolean hasDeletions;
    private final List<String> failures = new ArrayList<>();
    private final List<ObjectKey> left = new ArrayList<>();

    Restore(SnapshotCatalog catalog, RestoreOptions options, Progress progress, String id) {
        this.catalog = catalog;
        this.folder = catalog.folder();
        this.options = options;
        this.progress = progress;
        this.id = id;
    }

    /// Restores.
    ///
    /// @param source for the record: a snapshot's id, or a moment
    RestoreReport run(RestorePlan plan, Joined.Source<Wanted> wanted, String source) throws IOException {
        RestoreMarker marker = RestoreMarker.write(catalog, id, source, options.target());
        Optional<RestoreRecord> recorded;
        try {
            SnapshotIndex restores = SnapshotIndex.read(folder, BackupFolder.RESTORES);
            recorded = record(plan, wanted, source, restores);
            marker.removeEarlier(restores);
        } catch (IOException | RuntimeException e) {
            marker.removeAfter(e);
            throw e;
        }
        if (recorded.isEmpty()) {
            marker.remove();
            reportLeft();
            return new RestoreReport(Optional.empty(), 0, 0, 0, 0, failed, failures);
        }
        RestoreRecord record = recorded.get();
        copy(record, plan.contents());
        if (failed == 0) {
            delete(record);
        }
        if (failed == 0) {
            catalog.write(folder.ofRestore(id, BackupFolder.FINISHED), "{}");
        }
        reportLeft();
        return new RestoreReport(Optional.of(id), written, bytes, deleted, keptPrivate, failed, failures);
    }

    /// Files that are not this restoration's to change are no reason not to finish it.
    private void reportLeft() {
        left.forEach(key -> fail(key + ": was changed after the restoration, and left so"));
    }

    /// The record of the same restoration, if it is the last one and did not end.
    private @Nullable String interrupted(String source, String target, SnapshotIndex index) throws IOException {
        Optional<RestoreRecord> newest;
        try {
            newest = RestoreRecord.newest(catalog, index, target);
        } catch (BackupException e) {
            LOG.warn("an interrupted restoration may be undone in part only: {}", e.getMessage());
            return null;
        }
        return newest.filter(record -> record.source().equals(source))
                .filter(record -> index.entry(record.id())
                        .filter(entry -> !entry.has(BackupFolder.FINISHED))
                        .isPresent())
                .map(RestoreRecord::id)
                .orElse(null);
    }

    /// Writes the record; empty without a change.
    private Optional<RestoreRecord> record(
            RestorePlan plan, Joined.Source<Wanted> wanted, String source, SnapshotIndex restores) throws IOException {
        String target = options.target().toString();
        @Nullable String continues = interrupted(source, target, restores);
        Optional<Snapshot.Checked> changes = recordChanges(plan, wanted);
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        RestoreRecord record = new RestoreRecord(id, source, target, continues, changes.get());
        record.write(catalog);
        return Optional.of(record);
    }

    /// Writes the list of changes; empty without a change.
    private Optional<Snapshot.Checked> recordChanges(RestorePlan plan, Joined.Source<Wanted> wanted)
            throws IOException {
        progress.begin("recording what will change");
        ManifestFormat format = new ManifestFormat(folder.folder());
        FileCopies copies = new FileCopies(options.target(), folder, id, false);
        long[] count = new long[1];
        try (LinesWriter lines = new LinesWriter(folder.folder(), folder.ofRestore(id, BackupFolder.CHANGES))) {
            plan.run(
                    wanted,
                    change -> kept(change, copies),
                    change -> {
                        lines.add(format.line(change));
                        hasDeletions |= change.after() == null;
                        wantedFiles += change.after() == null ? 0 : 1;
                        count[0]++;
                        progress.passed();
                    },
                    left::add);
            return count[0] == 0
                    ? Optional.empty()
                    : Optional.of(lines.complete().lines());
        }
    }

    /// The change with a copy of the file as it is. One that is replaced just now is recorded as it is a moment
    /// later. A file that cannot be copied, as one in an archive, is reported and stays.
    private Optional<Change> kept(Change change, FileCopies copies) throws IOException {
        SnapshotFile before = change.before();
        if (before == null) {
            return Optional.of(change);
        }
        try {
            Optional<SnapshotFile> copy = copies.copy(FileCopies.source(before).object());
            return Optional.of(new Change(change.key(), copy.orElse(null), change.after()));
        } catch (StoreException e) {
            if (!isOfOneFile(e)) {
                throw e;
            }
            fail(change.key() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /// True for a failure that says nothing of other files.
    private static boolean isOfOneFile(StoreException e) {
        return switch (e.kind()) {
            case NOT_FOUND, PRECONDITION, INVALID, TOO_LARGE -> true;
            default -> false;
        };
    }

    private void copy(RestoreRecord record, Contents contents) throws IOException {
        progress.begin("restoring files", wantedFiles);
        try (LinesReader lines = record.open(folder);
                OrderedTasks<Copied> tasks = new OrderedTasks<>(this::count)) {
            Joined<Change, StoredObject> pairs = pairs(lines);
            for (Pair<Change, StoredObject> pair = pairs.next(); pair != null; pair = pairs.next()) {
                Change change = pair.left();
                SnapshotFile after = change == null ? null : change.after();
                if (change == null || after == null) {
                    continue;
                }
                if (isAsBefore(change, pair.right())) {
                    tasks.add(() -> copied(change, after, contents));
                } else {
                    fail(change.key() + ": " + CHANGED);
                }
            }
            tasks.finish();
        }
    }

    private Joined<Change, StoredObject> pairs(LinesReader lines) {
        return Joined.withListing(
                () -> RestoreRecord.next(lines, folder),
                Change::key,
                options.target().list(options.scope().path()));
    }

    private static boolean isAsBefore(Change change, @Nullable StoredObject live) {
        SnapshotFile before = change.before();
        if (before == null || live == null) {
            return before == null && live == null;
        }
        return hasSameEtag(change, live) && before.modified().equals(live.modified());
    }

    private Optional<StoredObject> live(ObjectKey key) throws IOException {
        return options.target().bucket().head(key, Duration.ZERO);
    }

    /// A marker of a directory has nothing to lose, and some stores give it no ETag.
    private static boolean isMarker(ObjectKey key) {
        return key.value().endsWith("/");
    }

    private boolean isStillAsBefore(Change change, ObjectKey key) throws IOException {
        return isMarker(key) || isStillAsBefore(change, live(key).orElse(null));
    }

    /// Compares with what HEAD says now. A lock or legal hold gives a file on Ceph a new time that only HEAD shows, so
    /// that the listing, where the time before is from, is asked once more.
    private boolean isStillAsBefore(Change change, @Nullable StoredObject live) throws IOException {
        return isAsBefore(change, live)
                || (live != null && hasSameEtag(change, live) && isAsBefore(change, listed(live.key())));
    }

    private static boolean hasSameEtag(Change change, StoredObject live) {
        SnapshotFile before = change.before();
        return before != null && before.etag().equals(live.etag());
    }

    /// The first key that begins so is the key itself.
    private @Nullable StoredObject listed(ObjectKey key) throws IOException {
        return options.target().bucket().list(ListQuery.flat(key.value()).withLimit(1)).objects().stream()
                .filter(object -> object.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    /// One file that was copied, or the reason why not, if that says nothing of the other files.
    private record Copied(
            long size, boolean isKeptPrivate, @Nullable String failure) {

        static Copied failed(SnapshotFile file, @Nullable String reason) {
            return new Copied(0, false, file.key() + ": " + reason);
        }
    }

    /// The listing that named the file may be minutes old, so the file is looked up once more before it is replaced.
    /// Where S3 keeps the condition of a copy, it is the judge.
    private Copied copied(Change change, SnapshotFile file, Contents contents) throws IOException {
        ObjectKey key = options.target().key(file.key().value());
        @Nullable StoredObject live = isMarker(key) ? null : live(key).orElse(null);
        if (!isMarker(key) && !isStillAsBefore(change, live)) {
            return Copied.failed(file, CHANGED);
        }
        WriteCondition expected = expected(key, live);
        try {
            boolean isKeptPrivate = live != null
                    && !options.publishes()
                    && PrivateMark.isOn(live)
                    && copiedPrivately(file, live, contents, expected);
            if (!isKeptPrivate) {
                options.target().bucket().copies().copyOver(FileCopies.source(file), key, expected);
            }
            progress.copied(file.size());
            return new Copied(file.size(), isKeptPrivate, null);
        } catch (StoreException e) {
            if (!isOfOneFile(e)) {
                throw e;
            }
            boolean isChanged = e.kind() == StoreException.Kind.PRECONDITION
                    && !isMarker(key)
                    && !isStillAsBefore(change, live(key).orElse(null));
            return Copied.failed(file, isChanged ? CHANGED : e.getMessage());
        }
    }

    private WriteCondition expected(ObjectKey key, @Nullable StoredObject live) {
        WriteCondition expected = live == null ? WriteCondition.ifAbsent() : WriteCondition.ifVersion(live.etag());
        return isMarker(key) || !options.target().bucket().keepsInCopies(expected) ? WriteCondition.always() : expected;
    }

    /// Copies a file that was public over one that is private now, which it stays.
    ///
    /// @return false for a file that was private
    private boolean copiedPrivately(SnapshotFile file, StoredObject live, Contents contents, WriteCondition expected)
            throws IOException {
        Optional<StoredObject> content = contents.head(file.content());
        if (content.isEmpty() || PrivateMark.isOn(content.get())) {
            return false;
        }
        FileContentPlace place = file.content();
        options.target()
                .bucket()
                .copies()
                .copy(
                        new CopySource(place.bucket(), content.get(), place.version()),
                        live.key(),
                        PrivateMark.kept(content.get().metadata(), live),
                        expected);
        return true;
    }

    private void count(Copied file) {
        if (file.failure() == null) {
            written++;
            bytes += file.size();
            keptPrivate += file.isKeptPrivate() ? 1 : 0;
        } else {
            fail(file.failure());
        }
    }

    private synchronized void fail(String failure) {
        failed++;
        if (failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
    }

    /// Deletes what is still as it was recorded.
    private void delete(RestoreRecord record) throws IOException {
        if (!hasDeletions) {
            return;
        }
        List<ObjectKey> batch = new ArrayList<>();
        progress.begin("deleting files");
        try (LinesReader lines = record.open(folder);
                OrderedTasks<Optional<ObjectKey>> tasks = new OrderedTasks<>(key -> {
                    if (key.isPresent()) {
                        batch.add(key.get());
                    }
                    if (batch.size() == DELETE_BATCH) {
                        delete(batch);
                    }
                })) {
            Joined<Change, StoredObject> pairs = pairs(lines);
            for (Pair<Change, StoredObject> pair = pairs.next(); pair != null; pair = pairs.next()) {
                Change change = pair.left();
                StoredObject live = pair.right();
                if (change != null && change.after() == null && live != null && isAsBefore(change, live)) {
                    ObjectKey key = live.key();
                    tasks.add(() -> isStillAsBefore(change, key) ? Optional.of(key) : Optional.empty());
                }
            }
            tasks.finish();
        }
        delete(batch);
    }

    private void delete(List<ObjectKey> batch) throws IOException {
        if (!batch.isEmpty()) {
            DeleteReport report = options.target().bucket().deleteAll(batch);
            deleted += report.deleted();
            report.failures().forEach((key, code) -> fail(key + ": S3 did not delete it: " + code));
            batch.clear();
        }
    }
}
