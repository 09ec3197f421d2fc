package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;

/// Copies and renames within a tree. Nothing is downloaded: the bytes are copied inside S3. Safe for many threads.
final class FileMoves {

    /// The maximum number of attempts of a copy whose source another host keeps writing.
    static final int MAX_COPY_ATTEMPTS = 3;

    private final FileTree tree;
    private final Bucket bucket;

    FileMoves(FileTree tree, Bucket bucket) {
        this.tree = tree;
        this.bucket = bucket;
    }

    /// Copies a file; onto itself, nothing happens.
    ///
    /// @return the version of the source that is at the target now
    StoredObject copy(FilePath source, FilePath target, boolean replace) throws IOException {
        for (int attempt = 1; ; attempt++) {
            StoredObject version = tree.requireFile("copy", source);
            if (source.equals(target)) {
                return version;
            }
            requireTarget(target, replace);
            try {
                if (replace) {
                    bucket.copies().copy(version, target.key());
                } else {
                    bucket.copies().copy(version, target.key(), WriteCondition.ifAbsent());
                }
                return version;
            } catch (StoreException e) {
                if (e.kind() != Kind.PRECONDITION && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
                if (attempt == MAX_COPY_ATTEMPTS) {
                    throw keepsChanging(tree.uri(source), e);
                }
            }
        }
    }

    static StoreException keepsChanging(String source, StoreException last) {
        return new StoreException(Kind.UNAVAILABLE, "cannot copy " + source + ": others keep writing it", last);
    }

    private void requireTarget(FilePath target, boolean replace) throws IOException {
        FileStat there =
                tree.stat(target, replace ? FileTree.STAT_AGE : Duration.ZERO).orElse(null);
        if (there instanceof FileStat.Directory) {
            throw FileErrors.isDirectory(tree.uri(target), "write");
        }
        if (there != null && !replace) {
            throw FileErrors.alreadyExists(tree.uri(target));
        }
    }

    /// Renames a file: it is at the new name before it leaves the old one.
    void moveFile(FilePath source, FilePath target, boolean replace) throws IOException {
        bucket.delete(copy(source, target, replace));
    }

    /// Renames a directory, file by file.
    void moveDirectory(FilePath source, FilePath target, boolean replace) throws IOException {
        tree.requireNotTop(source);
        if (source.contains(target)) {
            throw FileErrors.intoItself(tree.uri(source), tree.uri(target));
        }
        if (tree.stat(target, Duration.ZERO).isPresent()) {
            throw replace
                    ? FileErrors.replacesNothing(tree.uri(source), tree.uri(target))
                    : FileErrors.alreadyExists(tree.uri(target));
        }
        Page page = bucket.list(ListQuery.flat(source.prefix()));
        if (page.isEmpty()) {
            throw FileErrors.noSuchFile(tree.uri(source));
        }
        DirectoryMove move = new DirectoryMove(bucket, source, target);
        try {
            move.begin(page);
            while (page.next() != null) {
                page = bucket.list(ListQuery.flat(source.prefix()).after(page.next()));
                move.begin(page);
            }
        } finally {
            move.end();
        }
    }
}
