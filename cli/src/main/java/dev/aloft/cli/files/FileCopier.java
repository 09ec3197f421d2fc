package dev.aloft.cli.files;

import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalWriter;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.time.Instant;

/// Copies single files between roots: inside S3 where both are buckets. A copy has the time of its source's last
/// change: a local file its own, an object as metadata. A local file that changes while it is copied is copied again.
/// Safe for many threads.
final class FileCopier {

    private static final int MAX_ATTEMPTS = 3;

    private final boolean withPrivate;
    private final boolean isDurable;
    private final boolean makesPrivate;

    /// @param withPrivate true to copy private files out of S3
    /// @param isDurable true to have local copies on the disk when they are reported
    /// @param makesPrivate true to make copies inside S3 private
    FileCopier(boolean withPrivate, boolean isDurable, boolean makesPrivate) {
        this.withPrivate = withPrivate;
        this.isDurable = isDurable;
        this.makesPrivate = makesPrivate;
    }

    /// Copies one file, or between buckets the marker of a directory; a local folder needs no markers.
    ///
    /// @return false if a file is there that stays
    boolean copy(FileRoot from, Entry source, FileRoot to, String name, Replacing replacing)
            throws IOException, InterruptedException {
        return switch (to) {
            case BucketRoot bucket ->
                switch (from) {
                    case BucketRoot other -> bucket.copy(other, source, name, replacing, makesPrivate);
                    case LocalRoot local -> upload(local, source, bucket, name, replacing);
                };
            case LocalRoot _ when !source.isFile() -> true;
            case LocalRoot folder ->
                switch (from) {
                    case BucketRoot bucket -> download(bucket, source, folder, name, replacing);
                    case LocalRoot local -> duplicate(local, source, folder, name, replacing);
                };
        };
    }

    /// One attempt to copy a version of a local file.
    private interface Attempt {
        boolean copy(LocalEntry file, Replacing replacing) throws IOException;
    }

    private boolean upload(LocalRoot from, Entry source, BucketRoot to, String name, Replacing replacing)
            throws IOException {
        return untilUnchanged(
                from,
                source,
                replacing,
                (file, now) -> to.write(name, offset -> from.read(file, offset), file.size(), file.metadata(), now));
    }

    private boolean duplicate(LocalRoot from, Entry source, LocalRoot to, String name, Replacing replacing)
            throws IOException {
        if (to.isSameFile(name, from, source.name())) {
            throw new FileSystemException(from.shown(source.name()), null, "is the same file as " + to.shown(name));
        }
        return untilUnchanged(from, source, replacing, (file, now) -> {
            try (InputStream body = from.read(file)) {
                return save(body, file.modified(), to, name, now);
            }
        });
    }

    /// Copies a local file, and again over the first copy if it has changed meanwhile.
    private static boolean untilUnchanged(LocalRoot from, Entry source, Replacing replacing, Attempt attempt)
            throws IOException {
        Replacing now = replacing;
        for (int count = 1; count <= MAX_ATTEMPTS; count++) {
            LocalEntry file = from.local(source.name())
                    .orElseThrow(() -> new FileSystemException(
                            from.shown(source.name()), null, "was deleted or replaced in the meantime"));
            try {
                if (!attempt.copy(file, now)) {
                    return false;
                }
                now = Replacing.LISTED;
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.INVALID || isUnchanged(from, file)) {
                    throw e;
                }
            }
            if (isUnchanged(from, file)) {
                return true;
            }
        }
        throw new FileSystemException(
                from.shown(source.name()), null, "changed each time while it was copied, so the copy may mix versions");
    }

    private static boolean isUnchanged(LocalRoot from, LocalEntry file) throws IOException {
        return from.local(file.name()).filter(file::equals).isPresent();
    }

    private boolean download(BucketRoot from, Entry source, LocalRoot to, String name, Replacing replacing)
            throws IOException {
        if (replacing == Replacing.NEVER && to.exists(name)) {
            return false;
        }
        try (ObjectContent content = from.open(source.name(), null)) {
            StoredObject object = content.object();
            if (!withPrivate && PrivateMark.isOn(object)) {
                throw new FileSystemException(
                        from.shown(source.name()),
                        null,
                        "is private, and a local file cannot be; copy it with --private");
            }
            Instant modified = LocalEntry.sourceTime(object.metadata()).orElse(object.modified());
            return save(content.body(), modified, to, name, replacing);
        }
    }

    private boolean save(InputStream body, Instant modified, LocalRoot to, String name, Replacing replacing)
            throws IOException {
        if (replacing == Replacing.NEVER && to.exists(name)) {
            return false;
        }
        LocalEntry there = to.local(name).orElse(null);
        LocalWriter writer = to.writer();
        if (!(isDurable
                ? writer.writeDurably(name, body, modified, there)
                : writer.write(name, body, modified, there))) {
            throw new FileSystemException(to.shown(name), null, "was written by another program in the meantime");
        }
        return true;
    }
}
