package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectWriter;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes one snapshot. For one thread.
///
/// First comes a marker, which keeps a prune from removing what this snapshot may need; then the dump of the
/// database, so that every file that the dump names was there before the files are listed; then the files, which are
/// compared with the newest snapshot's while both are read; the description comes last.
final class CreateRun {

    private static final Logger LOG = LoggerFactory.getLogger(CreateRun.class);

    private final SnapshotCatalog catalog;
    private final BucketFolder live;
    private final BackupSettings settings;
    private final Progress progress;
    private final String id;
    private long files;
    private long bytes;
    private long vanished;

    CreateRun(SnapshotCatalog catalog, BucketFolder live, BackupSettings settings, Progress progress) {
        this.catalog = catalog;
        this.live = live;
        this.settings = settings;
        this.progress = progress;
        this.id = settings.nextId();
    }

    /// @param tags for the description
    Snapshot run(Optional<DatabasePart.Dumper> dumper, List<String> tags) throws IOException {
        return run(dumper, tags, false, (index, now) -> copyFiles(base(index), copies(index, now)));
    }

    /// The same with copies of all files, made for this snapshot.
    Snapshot runFull(Optional<DatabasePart.Dumper> dumper, List<String> tags) throws IOException {
        FileCopies own = new FileCopies(live, catalog.folder(), id, false);
        return run(dumper, tags, false, (_, _) -> copyFiles(null, own));
    }

    /// The same with files that are versions in the site's bucket, which are named and not copied.
    Snapshot runInPlace(Optional<DatabasePart.Dumper> dumper, List<String> tags) throws IOException {
        PastFiles versions = PastFiles.now(live);
        return run(dumper, tags, true, (_, _) -> name(versions));
    }

    /// Writes the manifest.
    private interface Listing {
        LinesWriter.Written write(SnapshotIndex index, Instant now) throws IOException;
    }

    private Snapshot run(Optional<DatabasePart.Dumper> dumper, List<String> tags, boolean isInPlace, Listing listing)
            throws IOException {
        // The marker comes before the index, so that a prune sees it where this create sees more.
        StoredObject marker = catalog.write(key(BackupFolder.STARTED), "{}");
        StoreClock clock = StoreClock.of(marker, settings.clock());
        SnapshotIndex index = catalog.index();
        Optional<DatabasePart> database = dumper.isPresent() ? Optional.of(dump(dumper.get())) : Optional.empty();
        Instant moment = clock.now();
        LinesWriter.Written manifest = listing.write(index, clock.now());
        requireInTime(Duration.between(marker.modified(), manifest.moment()));
        Snapshot snapshot = new Snapshot(
                id,
                catalog.site(),
                moment,
                clock.now(),
                settings.aloft(),
                files,
                bytes,
                progress.copied(),
                isInPlace,
                manifest.lines(),
                database,
                tags);
        catalog.write(key(BackupFolder.DESCRIPTION), catalog.format().text(snapshot));
        if (vanished > 0) {
            LOG.info("{} files were deleted while the snapshot {} was taken; it does not have them", vanished, id);
        }
        return snapshot;
    }

    private ObjectKey key(String name) {
        return catalog.folder().ofSnapshot(id, name);
    }

    /// The newest snapshot with copies, if it is as it was written.
    private @Nullable Snapshot base(SnapshotIndex index) throws IOException {
        try {
            for (Entry entry : index.complete().reversed()) {
                Snapshot base = catalog.read(entry.id());
                if (!base.inPlace()) {
                    catalog.manifest(base).check();
                    return base;
                }
            }
            return null;
        } catch (BackupException e) {
            LOG.warn("every file is copied again, because the newest snapshot cannot be used: {}", e.getMessage());
            return null;
        }
    }

    private DatabasePart dump(DatabasePart.Dumper dumper) throws IOException {
        progress.beginStream("dumping the database", 0);
        ObjectWriter writer = catalog.folder()
                .folder()
                .bucket()
                .writer(
                        key(BackupFolder.DATABASE),
                        new ObjectHeaders("application/gzip", null),
                        Map.of(),
                        WriteCondition.always());
        ObjectOutput output = new ObjectOutput(writer, BackupFolder.sha256());
        try {
            DatabasePart part = dumper.dump(progress.counting(output));
            String sent = HexFormat.of().formatHex(output.digest());
            if (!sent.equals(part.sha256()) || output.bytes() != part.bytes()) {
                throw new IllegalStateException("a dump was described that is not the one that was written");
            }
            output.complete();
            return part;
        } finally {
            output.abort();
        }
    }

    /// Copies of an interrupted create are used again; those of one that is under way are shared.
    private FileCopies copies(SnapshotIndex index, Instant now) {
        Instant oldest = now.minus(BackupSettings.RESUME_LIMIT);
        Optional<String> interrupted = index.entries().stream()
                .filter(entry -> entry.isUnfinished() && !entry.id().equals(id))
                .filter(entry -> entry.begun().isAfter(oldest))
                .map(Entry::id)
                .findFirst();
        return new FileCopies(live, catalog.folder(), interrupted.orElse(id), interrupted.isPresent());
    }

    private LinesWriter.Written copyFiles(@Nullable Snapshot base, FileCopies copies) throws IOException {
        progress.begin("copying files");
        BucketFolder.Listing listing = live.list("");
        try (FileSource.Cursor known =
                        base == null ? () -> null : catalog.manifest(base).open();
                LinesWriter manifest = new LinesWriter(catalog.folder().folder(), key(BackupFolder.MANIFEST));
                OrderedTasks<Optional<SnapshotFile>> tasks = new OrderedTasks<>(file -> add(manifest, file))) {
            Joined<SnapshotFile, StoredObject> pairs = Joined.withListing(known::next, SnapshotFile::key, listing);
            for (var pair = pairs.next(); pair != null; pair = pairs.next()) {
                SnapshotFile before = pair.left();
                StoredObject now = pair.right();
                if (now == null) {
                    continue; // deleted since
                }
                if (before != null && isSame(before, now)) {
                    progress.passed();
                    tasks.addResult(Optional.of(before));
                } else {
                    tasks.add(() -> copied(copies.copy(now)));
                }
            }
            tasks.finish();
            if (listing.hidden() > 0) {
                LOG.warn(
                        "{} keys of {} are no paths (as a//b); the snapshot does not have them",
                        listing.hidden(),
                        live);
            }
            return manifest.complete();
        }
    }

    private LinesWriter.Written name(PastFiles versions) throws IOException {
        progress.begin("listing versions");
        try (FileSource.Cursor cursor = versions.open();
                LinesWriter manifest = new LinesWriter(catalog.folder().folder(), key(BackupFolder.MANIFEST))) {
            for (SnapshotFile file = cursor.next(); file != null; file = cursor.next()) {
                progress.passed();
                add(manifest, Optional.of(file));
            }
            return manifest.complete();
        }
    }

    private static boolean isSame(SnapshotFile before, StoredObject now) {
        return before.size() == now.size()
                && before.etag().equals(now.etag())
                && before.modified().equals(now.modified());
    }

    private Optional<SnapshotFile> copied(Optional<SnapshotFile> file) {
        file.ifPresent(copy -> progress.copied(copy.size()));
        return file;
    }

    private void add(LinesWriter manifest, Optional<SnapshotFile> file) throws IOException {
        if (file.isEmpty()) {
            vanished++;
            return;
        }
        manifest.add(new ManifestFormat(catalog.folder().folder()).line(file.get()));
        files++;
        bytes += file.get().size();
    }

    /// A prune trusts a marker for [BackupSettings#MARKER_LIMIT], so a snapshot must be complete before.
    static void requireInTime(Duration took) throws BackupException {
        if (took.compareTo(BackupSettings.CREATE_LIMIT) > 0) {
            throw new BackupException(
                    Kind.OVERTAKEN,
                    "the snapshot took " + took.toHours() + " h, and a prune may have removed a part of it",
                    "run it again: it continues with what has been copied");
        }
    }
}
