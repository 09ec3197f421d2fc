package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Makes the directories of a tree: their markers. Safe for many threads.
final class Directories {

    private final FileTree tree;
    private final Bucket bucket;

    Directories(FileTree tree, Bucket bucket) {
        this.tree = tree;
        this.bucket = bucket;
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
                !above.contains(tree.top()) && !isDirectory(above);
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

    private boolean isDirectory(FilePath path) throws IOException {
        return switch (tree.stat(path).orElse(null)) {
            case null -> false;
            case FileStat.Directory _ -> true;
            case FileStat.File _ -> throw FileErrors.notDirectory(tree.uri(path));
        };
    }
}
