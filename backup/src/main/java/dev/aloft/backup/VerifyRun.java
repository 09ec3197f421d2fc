package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One verification of one snapshot. For one thread.
///
/// Contents are listed once, and what the listing has is not asked for again. Holds a hash for each.
final class VerifyRun {

    private static final int MAX_FAILURES = 100;

    private final SnapshotCatalog catalog;
    private final BucketFolder live;
    private final Contents contents;
    private final Verification depth;
    private final RandomGenerator random;
    private final Progress progress;
    private final LongSet listed = new LongSet();
    private long files;
    private long read;
    private long bytes;
    private long unknown;
    private long failed;
    private final List<String> failures = new ArrayList<>();

    /// @param random chooses the files that are read
    VerifyRun(
            SnapshotCatalog catalog,
            BucketFolder live,
            Contents contents,
            Verification depth,
            RandomGenerator random,
            Progress progress) {
        this.catalog = catalog;
        this.live = live;
        this.contents = contents;
        this.depth = depth;
        this.random = random;
        this.progress = progress;
    }

    /// A file that was checked.
    ///
    /// @param failure what is wrong with it, or null
    private record Checked(
            SnapshotFile file,
            boolean wasRead,
            boolean isUnknown,
            @Nullable String failure) {}

    /// @throws BackupException where the manifest is not as it was written: then no file can be checked
    Verification.Report run(Snapshot snapshot) throws IOException {
        Manifest manifest = catalog.manifest(snapshot).check();
        progress.begin("listing content");
        listContents();
        if (snapshot.inPlace()) {
            listVersions();
        }
        progress.begin("verifying files", snapshot.files());
        verifyFiles(manifest);
        if (files != snapshot.files()) {
            fail("the manifest has " + files + " files, and the description " + snapshot.files());
        }
        if (snapshot.database().isPresent()) {
            checkDump(snapshot, snapshot.database().get());
        }
        return new Verification.Report(files, read, bytes, unknown, failed, failures);
    }

    private void listContents() throws IOException {
        BucketFolder.Listing objects = catalog.folder().folder().list(BackupFolder.CONTENT);
        for (StoredObject object = objects.next(); object != null; object = objects.next()) {
            listed.add(hash(object, null));
        }
    }

    private void verifyFiles(Manifest manifest) throws IOException {
        try (FileSource.Cursor cursor = manifest.open();
                OrderedTasks<Checked> tasks = new OrderedTasks<>(this::count)) {
            for (SnapshotFile file = cursor.next(); file != null; file = cursor.next()) {
                SnapshotFile each = file;
                if (random.nextDouble() < depth.share()) {
                    tasks.add(() -> read(each));
                } else if (isListed(file)) {
                    tasks.addResult(new Checked(file, false, false, null));
                } else {
                    tasks.add(() -> lookUp(each));
                }
            }
            tasks.finish();
        }
    }

    private void listVersions() throws IOException {
        VersionListing versions = new VersionListing(live, "");
        for (ObjectVersion version = versions.next(); version != null; version = versions.next()) {
            if (version instanceof ObjectVersion.Written written) {
                listed.add(hash(written.object(), written.id()));
            }
        }
    }

    private static long hash(StoredObject object, @Nullable String version) {
        return hash(object.key(), object.etag(), object.size(), version);
    }

    private static long hash(ObjectKey key, String etag, long size, @Nullable String version) {
        return LongSet.hash(key + "\n" + etag + "\n" + size + (version == null ? "" : "\n" + version));
    }

    private boolean isListed(SnapshotFile file) {
        FileContentPlace place = file.content();
        BucketFolder holder = place.version() == null ? catalog.folder().folder() : live;
        return place.bucket().equals(holder.bucket().name())
                && listed.contains(hash(place.key(), place.etag(), file.size(), place.version()));
    }

    private Checked lookUp(SnapshotFile file) throws IOException {
        Optional<StoredObject> there = contents.head(file.content());
        String found = there.map(object -> object.size() == file.size()
                                && object.etag().equals(file.content().etag())
                        ? ""
                        : "is another object now (" + object.size() + " bytes, ETag " + object.etag()
                                + " instead of " + file.size() + " bytes, ETag "
                                + file.content().etag() + ")")
                .orElse("is missing");
        return new Checked(file, false, false, found.isEmpty() ? null : described(file, found));
    }

    private Checked read(SnapshotFile file) throws IOException {
        try (ObjectContent content = contents.read(file.content())) {
            ContentCheck.Result result = content.encryptedByKey()
                    ? ContentCheck.ofSize(content.body(), file.size())
                    : ContentCheck.of(
                            content.body(), file.size(), file.content().etag());
            return new Checked(
                    file,
                    true,
                    result == ContentCheck.Result.UNKNOWN,
                    result == ContentCheck.Result.DIFFERENT
                            ? described(file, "has other bytes than its size and ETag say")
                            : null);
        } catch (StoreException e) {
            if (FileCopies.isReplaced(e)) {
                return lookUp(file);
            }
            return switch (e.kind()) {
                case INVALID, RANGE -> new Checked(file, false, false, described(file, e.getMessage()));
                default -> throw e;
            };
        }
    }

    private static String described(SnapshotFile file, @Nullable String found) {
        return file.key() + ": its content s3://" + file.content().bucket() + "/"
                + file.content().key() + " " + found;
    }

    private void count(Checked file) {
        files++;
        if (file.wasRead()) {
            read++;
            bytes += file.file().size();
            progress.copied(file.file().size());
        } else {
            progress.passed();
        }
        if (file.isUnknown()) {
            unknown++;
        }
        if (file.failure() != null) {
            fail(file.failure());
        }
    }

    private void fail(String failure) {
        failed++;
        if (failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
    }

    /// A dump is read unless the verification is a quick one.
    private void checkDump(Snapshot snapshot, DatabasePart part) throws IOException {
        ObjectKey key = catalog.folder().ofSnapshot(snapshot.id(), BackupFolder.DATABASE);
        BucketFolder folder = catalog.folder().folder();
        try (ObjectContent content =
                folder.bucket().get(key, null, ReadCondition.any()).orElseThrow()) {
            if (content.object().size() != part.bytes()) {
                fail(folder.uri(key) + " has " + content.object().size() + " bytes instead of " + part.bytes());
            } else if (depth.share() > 0 && !sha256(content.body()).equals(part.sha256())) {
                fail(folder.uri(key) + " is not the dump that was taken: its SHA-256 is another one");
            }
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            fail(folder.uri(key) + " is missing");
        }
    }

    private static String sha256(InputStream body) throws IOException {
        DigestInputStream bytes = new DigestInputStream(body, BackupFolder.sha256());
        bytes.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(bytes.getMessageDigest().digest());
    }
}
