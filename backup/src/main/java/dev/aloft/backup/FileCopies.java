package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Copies live files into the content of the backups, inside S3. Safe for many threads.
///
/// @param live folder of the files
/// @param backups folder of the copies
/// @param maker id of the create whose copies they are
/// @param continued true if there may be such copies already, which are not made again
record FileCopies(BucketFolder live, BackupFolder backups, String maker, boolean continued) {

    /// A file that is replaced so often while it is copied is read through this host instead.
    private static final int MAX_COPIES = 3;

    /// Copies a file as it is, or as it is a moment later if it is being replaced.
    ///
    /// @param listed the file, with its key from the bucket's root
    /// @return empty if it has been deleted
    Optional<SnapshotFile> copy(StoredObject listed) throws IOException {
        StoredObject file = listed;
        for (int i = 0; i < MAX_COPIES; i++) {
            try {
                return Optional.of(copyVersion(file));
            } catch (StoreException e) {
                if (!isReplaced(e)) {
                    throw e;
                }
            }
            Optional<StoredObject> now = live.bucket().head(file.key(), Duration.ZERO);
            if (now.isEmpty()) {
                return Optional.empty();
            }
            file = now.get();
        }
        return readThrough(file.key());
    }

    /// True if the object to copy is not there any more, or another one is.
    static boolean isReplaced(StoreException e) {
        return e.kind() == StoreException.Kind.NOT_FOUND || e.kind() == StoreException.Kind.PRECONDITION;
    }

    /// Copies this version of a file.
    ///
    /// @throws StoreException of a kind of [#isReplaced] if it is not there any more
    SnapshotFile copyVersion(StoredObject file) throws IOException {
        ObjectKey name = live.name(file.key()).orElseThrow();
        ObjectKey target = backups.content(maker, name, file);
        Bucket bucket = backups.folder().bucket();
        if (continued) {
            Optional<StoredObject> there =
                    bucket.head(target, Duration.ZERO).filter(copy -> copy.size() == file.size());
            if (there.isPresent()) {
                return file(name, file, there.get());
            }
        }
        return file(
                name, file, bucket.copies().copy(CopySource.newest(live.bucket().name(), file), target));
    }

    private Optional<SnapshotFile> readThrough(ObjectKey key) throws IOException {
        ObjectKey name = live.name(key).orElseThrow();
        try (ObjectContent content =
                live.bucket().get(key, null, ReadCondition.any()).orElseThrow()) {
            StoredObject file = content.object();
            StoredObject copy = backups.folder()
                    .bucket()
                    .put(
                            backups.content(maker, name, file),
                            content.body(),
                            file.size(),
                            ObjectHeaders.of(file),
                            file.metadata(),
                            WriteCondition.always());
            return Optional.of(file(name, file, copy));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private SnapshotFile file(ObjectKey name, StoredObject file, StoredObject copy) {
        return new SnapshotFile(
                name,
                file.size(),
                file.etag(),
                file.modified(),
                new FileContentPlace(backups.folder().bucket().name(), copy.key(), copy.etag(), null));
    }

    /// A file of a snapshot as the source of a copy.
    static CopySource source(SnapshotFile file) {
        FileContentPlace place = file.content();
        StoredObject object = new StoredObject(place.key(), file.size(), place.etag(), file.modified(), null, null);
        return new CopySource(place.bucket(), object, place.version());
    }
}
