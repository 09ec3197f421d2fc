package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens the files of a tree for reading and writing at any position.
///
/// An open that depends on the existing file asks S3 for the newest version; a mere overwrite asks nothing.
/// Errors are those of [FileTree]. Safe for many threads. Public for [dev.aloft.nio].
public final class OpenFiles {

    private final FileTree tree;
    private final Bucket bucket;

    /// A view of this tree's files, without state of its own.
    public OpenFiles(FileTree tree) {
        this.tree = tree;
        this.bucket = tree.bucket();
    }

    /// Opens the newest version for reading, with one GET.
    public OpenFile read(FilePath path) throws IOException {
        return PinnedFile.open(tree, path);
    }

    /// Opens a file for writing without a look at what is there.
    public OpenFile replace(FilePath path) throws IOException {
        tree.requireWritable(path);
        return StagedFile.empty(tree, path, WriteCondition.always());
    }

    /// Opens a file that must not exist yet: here, or when it is published.
    public OpenFile create(FilePath path) throws IOException {
        requireAbsent(path);
        tree.requireWritable(path);
        return StagedFile.empty(tree, path, WriteCondition.ifAbsent());
    }

    /// Opens a file for reading and for writing over parts of it.
    ///
    /// @param create whether one that is missing is made, empty
    public OpenFile edit(FilePath path, boolean create) throws IOException {
        tree.requireWritable(path);
        Optional<StoredObject> base = newest(path, create);
        return base.isPresent()
                ? StagedFile.of(tree, path, base.get())
                : StagedFile.empty(tree, path, WriteCondition.ifAbsent());
    }

    /// Opens a file for adding to its end.
    ///
    /// @param create whether one that is missing is made
    public OpenFile append(FilePath path, boolean create) throws IOException {
        tree.requireWritable(path);
        Optional<StoredObject> base = newest(path, create);
        return new AppendedFile(tree, path, base.map(StoredObject::size).orElse(0L), base.isEmpty());
    }

    /// Shortens a file; a file that is not longer is left unchanged. The rest of a large file is copied inside S3.
    ///
    /// @throws FileSystemException when another writer has changed it meanwhile
    public FileStat.File truncate(FilePath path, long size) throws IOException {
        tree.requireWritable(path);
        StoredObject newest = tree.requireFile("truncate", path);
        if (size >= newest.size()) {
            return FileStat.File.of(newest);
        }
        try {
            return FileStat.File.of(bucket.truncate(newest, size));
        } catch (StoreException e) {
            if (e.kind() != Kind.PRECONDITION) {
                throw e;
            }
            throw FileErrors.changedMeanwhile(tree.uri(path), e);
        }
    }

    /// Fails unless a file is there.
    public void requireFile(FilePath path) throws IOException {
        newest(path, false);
    }

    private void requireAbsent(FilePath path) throws IOException {
        tree.confine(path);
        if (tree.stat(path).isPresent()) {
            throw FileErrors.alreadyExists(tree.uri(path));
        }
    }

    private Optional<StoredObject> newest(FilePath path, boolean mayBeMissing) throws IOException {
        if (!mayBeMissing) {
            return Optional.of(tree.requireFile("write", path));
        }
        Optional<StoredObject> object = bucket.head(path.key(), Duration.ZERO);
        if (object.isEmpty() && bucket.hasKeysUnder(path.prefix(), FileTree.STAT_AGE)) {
            throw FileErrors.isDirectory(tree.uri(path), "write");
        }
        return object;
    }

    /// Opens a new version of a file as a stream.
    ///
    /// @param contentType null for the one that a rule or the name's extension says
    /// @param metadata the user's own, see [FileMetadata]
    public FileOutput output(
            FilePath path, @Nullable String contentType, Map<String, String> metadata, WriteCondition condition)
            throws IOException {
        if (condition instanceof WriteCondition.Absent) {
            requireAbsent(path);
        }
        tree.requireWritable(path);
        return new FileOutput(
                bucket.writer(path.key(), tree.headers(path, contentType), metadata, condition),
                e -> writeFailure(path, condition, e));
    }

    private IOException writeFailure(FilePath path, WriteCondition condition, IOException e) {
        boolean exists = e instanceof StoreException store
                && store.kind() == Kind.PRECONDITION
                && condition instanceof WriteCondition.Absent;
        return exists ? FileErrors.alreadyExists(tree.uri(path)) : e;
    }
}
