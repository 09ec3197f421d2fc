package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Makes and removes the directories of a tree: their markers. Safe for many threads.
final class Directories {

    private final FileTree tree;
    private final Bucket bucket;
    private final EndedDirectories ended;

    Directories(FileTree tree, Bucket bucket, EndedDirectories ended) {
        this.tree = tree;
        this.bucket = bucket;
        this.ended = ended;
    }

    /// See [FileTree#makeDirectory].
    void make(FilePath path) throws IOException {
        switch (tree.stat(path).orElse(null)) {
            case null -> {}
            case FileStat.Directory _ -> throw FileErrors.alreadyExists(tree.uri(path));
            case FileStat.File _ -> throw FileErrors.notDirectory(tree.uri(path));
        }
        try {
            bucket.put(
                    path.marker(),
                    InputStream.nullInputStream(),
                    0,
                    "application/x-directory",
                    WriteCondition.ifAbsent());
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION ? FileErrors.alreadyExists(tree.uri(path)) : e;
        }
    }

    /// See [FileTree#makeDirectories].
    void makeWithParents(FilePath path) throws IOException {
        Deque<FilePath> missing = new ArrayDeque<>();
        for (FilePath above = path.parent();
                !above.contains(tree.top()) && tree.stat(above).isEmpty();
                above = above.parent()) {
            missing.push(above);
        }
        for (FilePath above : missing) {
            try {
                make(above);
            } catch (FileAlreadyExistsException e) {
                // Another writer has made it meanwhile.
            }
        }
        make(path);
    }

    /// See [FileTree#deleteDirectory].
    void delete(FilePath path) throws IOException {
        tree.requireNotTop(path);
        Page page = bucket.list(ListQuery.flat(path.prefix()).withLimit(2));
        if (page.isEmpty()) {
            if (bucket.head(path.key(), FileTree.STAT_AGE).isPresent()) {
                throw FileErrors.notDirectory(tree.uri(path));
            }
            tree.requireEnded(path);
            return;
        }
        boolean onlyMarker = page.objects().stream().allMatch(o -> o.key().equals(path.marker()));
        if (!onlyMarker || page.hidden() > 0 || page.next() != null) {
            throw FileErrors.notEmpty(tree.uri(path));
        }
        bucket.delete(path.marker());
        ended.removed(path);
    }
}
