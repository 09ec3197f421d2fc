package dev.aloft.backup;

import dev.aloft.backup.RestorePlan.Wanted;
import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The backups of one site: takes, lists and restores snapshots. Safe for many threads and many hosts at once.
public final class Backups {

    /// Directory, below the folder of the backups, of the lease of scheduled ones.
    public static final String LEASE = "lease/";

    private final SnapshotCatalog catalog;
    private final BucketFolder live;
    private final BackupSettings settings;

    /// @param site its name in the configuration
    /// @param live its files
    /// @param folder of its backups, and of nothing else
    public Backups(String site, BucketFolder live, BucketFolder folder, BackupSettings settings) {
        this.catalog = new SnapshotCatalog(new BackupFolder(folder), site, new DescriptionFormat(settings.signature()));
        this.live = live;
        this.settings = settings;
    }

    /// Takes a snapshot. Copies what the newest one does not have, inside S3.
    ///
    /// @param dumper of the site's database; empty for files only
    /// @param tags for [Snapshot#tags]
    public Snapshot create(Optional<DatabasePart.Dumper> dumper, List<String> tags, Progress progress)
            throws IOException {
        return new CreateRun(catalog, live, settings, progress).run(dumper, tags);
    }

    /// The same with copies of all files, which share no content with earlier snapshots: for use after a verification
    /// that found damaged content.
    public Snapshot createFull(Optional<DatabasePart.Dumper> dumper, List<String> tags, Progress progress)
            throws IOException {
        return new CreateRun(catalog, live, settings, progress).runFull(dumper, tags);
    }

    /// Takes a snapshot that names the current versions of the files in their own bucket. Copies nothing.
    ///
    /// @throws BackupException where versioning of that bucket is not enabled
    public Snapshot createInPlace(Optional<DatabasePart.Dumper> dumper, List<String> tags, Progress progress)
            throws IOException {
        return new CreateRun(catalog, live, settings, progress).runInPlace(dumper, tags);
    }

    /// The complete snapshots.
    public SnapshotList list() throws IOException {
        return catalog.allVerified(catalog.index().complete());
    }

    /// The newest of them, as many as `limit`.
    public SnapshotList newest(int limit) throws IOException {
        List<Entry> complete = catalog.index().complete();
        return catalog.allVerified(complete.subList(Math.max(0, complete.size() - limit), complete.size()));
    }

    /// The newest snapshot that has copies of the files, of those that can be read.
    ///
    /// @param snapshot empty if there is none
    /// @param verification of the newest such snapshot that was verified, which may be an earlier one
    public record NewestCopies(Optional<Snapshot> snapshot, Optional<VerifyRecord> verification) {}

    /// Reads descriptions and records from the newest on, until it has both.
    public NewestCopies newestWithCopies() throws IOException {
        Optional<Snapshot> newest = Optional.empty();
        for (Entry entry : catalog.index().complete().reversed()) {
            if (newest.isPresent() && !entry.has(BackupFolder.VERIFIED)) {
                continue;
            }
            SnapshotList one = catalog.allVerified(List.of(entry));
            Optional<Snapshot> copies = one.snapshots().stream()
                    .filter(snapshot -> !snapshot.inPlace())
                    .findFirst();
            newest = newest.or(() -> copies);
            Optional<VerifyRecord> verification = copies.flatMap(one::verification);
            if (verification.isPresent()) {
                return new NewestCopies(newest, verification);
            }
        }
        return new NewestCopies(newest, Optional.empty());
    }

    /// A restoration that has not recorded its changes.
    ///
    /// @param begun by S3's clock
    public record StartedRestore(String id, Instant begun) {}

    /// The restorations that have not recorded their changes: each is under way, or was killed before it changed
    /// anything. Until it is run again, a prune keeps all content that was there when it began, for 7 days.
    public List<StartedRestore> startedRestores() throws IOException {
        return SnapshotIndex.read(catalog.folder(), BackupFolder.RESTORES).entries().stream()
                .filter(Entry::isUnrecorded)
                .map(entry -> new StartedRestore(entry.id(), entry.begun()))
                .toList();
    }

    /// One complete snapshot.
    ///
    /// @param id its id, or `latest`
    /// @throws BackupException where there is none
    public Snapshot find(String id) throws IOException {
        return catalog.find(id);
    }

    /// The last verification of a snapshot; empty if there was none.
    public Optional<VerifyRecord> verification(Snapshot snapshot) throws IOException {
        return catalog.index()
                        .entry(snapshot.id())
                        .filter(entry -> entry.has(BackupFolder.VERIFIED))
                        .isPresent()
                ? Optional.ofNullable(VerifyRecord.read(catalog, snapshot.id()))
                : Optional.empty();
    }

    /// The files of a snapshot.
    ///
    /// @throws BackupException where its manifest is not as it was written
    public FileSource files(Snapshot snapshot) throws IOException {
        return catalog.manifest(snapshot).check();
    }

    /// The states of single files in the newest snapshots.
    public FileStates fileStates() {
        return new FileStates(catalog, live);
    }

    /// The site's files at a moment, from the versions that its bucket keeps.
    ///
    /// @throws BackupException where it keeps none
    public FileSource files(Moment moment, RestoreOptions.Scope scope) throws IOException {
        return PastFiles.at(live, scope.path(), moment);
    }

    /// A file that is not the same in two snapshots.
    ///
    /// @param first the file in the first, or null
    /// @param second the file in the second, or null
    public record Difference(
            ObjectKey key,
            @Nullable SnapshotFile first,
            @Nullable SnapshotFile second) {}

    /// Compares two snapshots.
    ///
    /// @param differences takes each file that is not the same in both, in the order of the keys
    public void diff(Snapshot first, Snapshot second, Consumer<Difference> differences) throws IOException {
        try (FileSource.Cursor one = files(first).open();
                FileSource.Cursor other = files(second).open()) {
            var pairs = Joined.of(one::next, SnapshotFile::key, other::next, SnapshotFile::key);
            for (var pair = pairs.next(); pair != null; pair = pairs.next()) {
                SnapshotFile left = pair.left();
                SnapshotFile right = pair.right();
                if (left == null
                        || right == null
                        || left.size() != right.size()
                        || !left.etag().equals(right.etag())
                        || !left.modified().equals(right.modified())) {
                    differences.accept(new Difference(pair.key(), left, right));
                }
            }
        }
    }

    /// Checks that a snapshot can be restored as it was, and records the result beside it.
    ///
    /// @throws BackupException where its manifest is not as it was written
    public Verification.Report verify(Snapshot snapshot, Verification depth, Progress progress) throws IOException {
        VerifyRun run = new VerifyRun(catalog, live, contents(live), depth, RandomGenerator.getDefault(), progress);
        try {
            Verification.Report report = run.run(snapshot);
            VerifyRecord.of(snapshot.id(), settings.clock().instant(), depth, report)
                    .write(catalog);
            return report;
        } catch (BackupException e) {
            VerifyRecord.ofDamaged(snapshot, settings.clock().instant(), depth, e)
                    .write(catalog);
            throw e;
        }
    }

    /// Drops snapshots, and deletes what no snapshot has needed for a day.
    ///
    /// @param isDryRun true to change nothing
    public PruneReport prune(KeepRules rules, boolean isDryRun, Progress progress) throws IOException {
        return prune(rules, isDryRun, progress, _ -> {});
    }

    /// Takes what a prune is about to delete, at most as much as one request deletes.
    @FunctionalInterface
    public interface Deletions {
        /// Is called while the objects are still there.
        void accept(List<StoredObject> objects) throws IOException;
    }

    /// The same with a look at what is deleted.
    public PruneReport prune(KeepRules rules, boolean isDryRun, Progress progress, Deletions deletions)
            throws IOException {
        return new Prune(catalog, settings, progress, deletions).run(rules, isDryRun);
    }

    /// Opens the dump of a snapshot that has one; the caller closes it.
    public InputStream dump(Snapshot snapshot) {
        return new RangedInput(
                catalog.folder().folder(),
                catalog.folder().ofSnapshot(snapshot.id(), BackupFolder.DATABASE),
                snapshot.database().orElseThrow().bytes());
    }

    /// Compares what a restoration would find with what it would make, and changes nothing.
    ///
    /// @param changes takes each file that would change, in the order of the keys
    public void compare(FileSource wanted, RestoreOptions options, Consumer<Change> changes) throws IOException {
        try (FileSource.Cursor files = wanted.open()) {
            plan(options).run(wanted(files), Optional::of, changes::accept, _ -> {});
        }
    }

    /// A new id of a restoration, which its files and its database have in common. Later ones sort after it.
    public String nextRestoration() {
        return settings.nextId();
    }

    /// Makes files those of a source, in a restoration of their own.
    public RestoreReport restore(FileSource wanted, String source, RestoreOptions options, Progress progress)
            throws IOException {
        return restore(nextRestoration(), wanted, source, options, progress);
    }

    /// Makes files those of a source.
    ///
    /// @param id of [#nextRestoration()]
    /// @param source names it in the record: a snapshot's id, or a moment
    public RestoreReport restore(String id, FileSource wanted, String source, RestoreOptions options, Progress progress)
            throws IOException {
        try (FileSource.Cursor files = wanted.open()) {
            return new Restore(catalog, options, progress, id).run(plan(options), wanted(files), source);
        }
    }

    /// The last restoration of files.
    ///
    /// @param source what was restored: a snapshot's id or a moment
    /// @param isUndone true if it was taken back, so that [#undo] would repeat it
    public record LastRestoration(String id, String source, boolean isUndone) {}

    /// The last restoration to a folder; empty where none is recorded.
    public Optional<LastRestoration> lastRestoration(BucketFolder target) throws IOException {
        return Undo.last(catalog, SnapshotIndex.read(catalog.folder(), BackupFolder.RESTORES), target)
                .map(record -> new LastRestoration(record.id(), record.source(), Undo.isUndo(record)));
    }

    /// A restoration that was interrupted, or that could not restore some files.
    ///
    /// @param source what was restored: a snapshot's id, a moment, or the restoration that was to be taken back
    public record UnfinishedRestoration(String id, String source) {}

    /// The last restoration to a folder, if it did not finish. One of the same source continues it; one of another
    /// source does not. Empty if its record is damaged.
    public Optional<UnfinishedRestoration> unfinishedRestoration(BucketFolder target) throws IOException {
        return Undo.unfinished(catalog, SnapshotIndex.read(catalog.folder(), BackupFolder.RESTORES), target)
                .map(record -> new UnfinishedRestoration(record.id(), record.source()));
    }

    /// The moment of a restoration, by the clock of its host.
    ///
    /// @param id of [#nextRestoration()]
    public static Optional<Instant> momentOf(String id) {
        return BackupSettings.momentOf(id);
    }

    /// Takes the last restoration to a folder back, with those that it continued. This is a restoration, too, and can
    /// be taken back. A file that was changed after the restoration is left alone and reported.
    ///
    /// @throws BackupException where there was none, or where its record is not as it was written
    public RestoreReport undo(BucketFolder target, Progress progress) throws IOException {
        RestoreOptions options = new RestoreOptions(target, RestoreOptions.Scope.ALL, false);
        try (Undo undo = new Undo(catalog, target)) {
            return new Restore(catalog, options, progress, settings.nextId())
                    .run(plan(options), undo::next, undo.source());
        }
    }

    /// The present time by S3's clock, by which the age of every object is judged.
    ///
    /// @param written an object that was written just now
    public Instant now(StoredObject written) {
        return StoreClock.of(written, settings.clock()).now();
    }

    private RestorePlan plan(RestoreOptions options) {
        return new RestorePlan(options, contents(options.target()));
    }

    private Contents contents(BucketFolder target) {
        return new Contents(List.of(live.bucket(), catalog.folder().folder().bucket(), target.bucket()));
    }

    private static Joined.Source<Wanted> wanted(FileSource.Cursor files) {
        return () -> {
            SnapshotFile file = files.next();
            return file == null ? null : new Wanted(file);
        };
    }
}
