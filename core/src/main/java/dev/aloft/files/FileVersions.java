package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The earlier versions of files, which a bucket with versioning keeps. S3 is asked each time. A bucket without
/// versioning is a [java.nio.file.FileSystemException]. Safe for many threads.
public final class FileVersions {

    /// The maximum number of versions of one file; older ones are out of reach here.
    public static final int MAX_VERSIONS = 100;

    private final FileTree tree;
    private final Bucket bucket;

    /// A view of this tree's files, without state of its own.
    public FileVersions(FileTree tree) {
        this.tree = tree;
        this.bucket = tree.bucket();
    }

    /// Writes and deletions of one file.
    ///
    /// @param versions at least one, the newest first
    /// @param more true if there are older ones, beyond [#MAX_VERSIONS]
    /// @param versioning of the bucket, never off
    public record History(List<ObjectVersion> versions, boolean more, Versioning versioning) {

        public History {
            versions = List.copyOf(versions);
        }
    }

    /// The history of a file, also of a deleted one.
    public History of(FilePath path) throws IOException {
        requireInside(path);
        Versioning versioning = bucket.versions().state();
        if (versioning == Versioning.OFF) {
            throw FileErrors.noVersions(tree.uri(path));
        }
        List<ObjectVersion> found = bucket.versions().of(path.key(), MAX_VERSIONS + 1);
        if (found.isEmpty()) {
            throw FileErrors.noSuchFile(tree.uri(path));
        }
        boolean more = found.size() > MAX_VERSIONS;
        return new History(more ? found.subList(0, MAX_VERSIONS) : found, more, versioning);
    }

    /// Opens one version for reading. A store without versions may answer with the newest bytes, so the version must be
    /// listed, or have the ETag that was listed; then one request is enough.
    ///
    /// @param id S3's, of the [#of] a file
    /// @param etag of the version, or this fails with [Kind#PRECONDITION]; null if it is not known
    public FileContent open(FilePath path, String id, @Nullable ByteRange range, @Nullable String etag)
            throws IOException {
        if (etag == null) {
            requireWritten(path, id);
        } else {
            requireInside(path);
        }
        ReadCondition condition = etag == null ? ReadCondition.any() : ReadCondition.version(etag);
        ObjectContent content = bucket.versions().read(path.key(), id, range, condition);
        return FileContent.of(content);
    }

    private void requireInside(FilePath path) throws IOException {
        tree.confine(path);
        tree.requireNotRoot("read the versions of", path);
    }

    /// Makes a version the newest one again, by a copy inside S3. Its type, headers and metadata come with its bytes.
    /// The file is private afterwards if it was private before, or before its deletion, or if that version was.
    ///
    /// While versioning is suspended this is a [java.nio.file.FileSystemException]: the copy would be the version
    /// [ObjectVersion#NULL_ID], and replace an earlier one for good.
    ///
    /// The file is looked up just before, and copied by one request, which keeps the ETag. What others write in
    /// between is replaced, and stays among the versions, unless S3 keeps the condition of a copy.
    ///
    /// @param id S3's, of the [#of] a file
    /// @param condition on the file now, or this fails with [Kind#PRECONDITION]
    /// @param isPrivate true if the file is private afterwards in any case
    public FileStat.File restore(FilePath path, String id, WriteCondition condition, boolean isPrivate)
            throws IOException {
        tree.requireWritable(path);
        History history = requireWritten(path, id);
        if (history.versioning() != Versioning.ENABLED) {
            throw FileErrors.replacesForGood(tree.uri(path));
        }
        StoredObject version =
                bucket.versions().head(path.key(), id).orElseThrow(() -> FileErrors.noSuchVersion(tree.uri(path)));
        Optional<StoredObject> now = requireCondition(path, condition);
        if (now.isEmpty()) {
            now = beforeDeletion(path, history);
        }
        CopySource source = CopySource.version(bucket.name(), version, id);
        return replace(
                path,
                source,
                isPrivate || now.filter(PrivateMark::isOn).isPresent(),
                bucket.keepsInCopies(condition) ? condition : WriteCondition.always());
    }

    /// Makes a copy that is kept elsewhere the file again, in the same way. The file is private afterwards if it was
    /// private before, or if the copy is.
    ///
    /// On a bucket without versioning this replaces the file for good, so S3 judges the condition if it keeps it.
    /// Otherwise what others write between a look and the copy is replaced. Credentials that may not ask for the
    /// versioning are taken for those of a bucket without it.
    ///
    /// While versioning is suspended this fails, as [#restore] does.
    ///
    /// @param copy with its metadata
    public FileStat.File restoreCopy(FilePath path, CopySource copy, WriteCondition condition, boolean isPrivate)
            throws IOException {
        tree.requireWritable(path);
        requireInside(path);
        if (isSuspended()) {
            throw FileErrors.replacesForGood(tree.uri(path));
        }
        Optional<StoredObject> now = requireCondition(path, condition);
        boolean judged = bucket.keeps(condition, copy.object().size());
        return replace(
                path,
                copy,
                isPrivate || now.filter(PrivateMark::isOn).isPresent(),
                judged ? condition : WriteCondition.always());
    }

    private boolean isSuspended() throws IOException {
        try {
            return bucket.versions().state() == Versioning.SUSPENDED;
        } catch (StoreException e) {
            if (e.kind() == Kind.DENIED) {
                return false;
            }
            throw e;
        }
    }

    private Optional<StoredObject> requireCondition(FilePath path, WriteCondition condition) throws IOException {
        Optional<StoredObject> now = bucket.head(path.key(), Duration.ZERO);
        if (!condition.holds(now)) {
            throw new StoreException(
                    Kind.PRECONDITION, "cannot restore " + tree.uri(path) + ": another version is there, or none");
        }
        return now;
    }

    private FileStat.File replace(FilePath path, CopySource source, boolean isPrivate, WriteCondition condition)
            throws IOException {
        Map<String, String> metadata = source.object().metadata();
        return FileStat.File.of(
                bucket.copies().copy(source, path.key(), isPrivate ? PrivateMark.with(metadata) : metadata, condition));
    }

    private Optional<StoredObject> beforeDeletion(FilePath path, History history) throws IOException {
        for (ObjectVersion version : history.versions()) {
            if (version instanceof Written) {
                return bucket.versions().head(path.key(), version.id());
            }
        }
        return Optional.empty();
    }

    /// Fails unless the version is listed and has bytes. A store without versions would answer with the newest ones.
    private History requireWritten(FilePath path, String id) throws IOException {
        History history = of(path);
        boolean written = history.versions().stream()
                .anyMatch(version -> version instanceof Written && version.id().equals(id));
        if (!written) {
            throw FileErrors.noSuchVersion(tree.uri(path));
        }
        return history;
    }
}
