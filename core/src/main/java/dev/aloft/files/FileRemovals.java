package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Removes the files and directories of a tree. A directory can end with its last file, see [EndedDirectories]. Safe
/// for many threads.
record FileRemovals(FileTree tree, Bucket bucket, EndedDirectories ended) {

    /// See [FileTree#remove].
    void remove(FilePath path) throws IOException {
        if (deletedUnseen(path)) {
            return;
        }
        if (tree.stat(path).orElse(null) instanceof FileStat.Directory) {
            deleteDirectory(path);
        } else {
            delete(path);
        }
    }

    /// Deletes a file that nothing is known of, where the store says in its answer whether there was one. Where it had
    /// to be asked again it cannot say: what is a directory was no file, and nothing counts as deleted.
    private boolean deletedUnseen(FilePath path) throws IOException {
        if (tree.isKnown(path)) {
            return false;
        }
        boolean isDeleted = switch (bucket.deleteExisting(path.key())) {
            case DELETED -> true;
            case DELETED_OR_MISSING -> tree.stat(path).isEmpty();
            case MISSING, NOT_TRIED -> false;
        };
        if (isDeleted) {
            ended.removed(path);
        }
        return isDeleted;
    }

    /// See [FileTree#delete].
    void delete(FilePath path) throws IOException {
        if (deletedUnseen(path)) {
            return;
        }
        switch (tree.stat(path).orElse(null)) {
            case null -> requireEnded(path);
            case FileStat.Directory _ -> throw FileErrors.isDirectory(tree.uri(path), "delete");
            case FileStat.File _ -> {
                bucket.delete(path.key());
                ended.removed(path);
            }
        }
    }

    /// Fails unless a directory has ended with the removal of its last file by this host, and forgets it.
    private void requireEnded(FilePath path) throws NoSuchFileException {
        if (!ended.remove(path)) {
            throw FileErrors.noSuchFile(tree.uri(path));
        }
    }

    /// See [FileTree#deleteAll].
    DeleteReport deleteAll(List<FilePath> paths) throws IOException {
        List<ObjectKey> keys = new ArrayList<>();
        for (FilePath path : paths) {
            tree.confine(path);
            tree.requireNotRoot("delete", path);
            keys.add(path.key());
        }
        DeleteReport report = bucket.deleteAll(keys);
        for (FilePath path : paths) {
            if (!report.failures().containsKey(path.key())) {
                ended.removed(path);
            }
        }
        return report;
    }

    /// See [FileTree#deleteDirectory].
    void deleteDirectory(FilePath path) throws IOException {
        tree.confine(path);
        tree.requireNotTop(path);
        Page page = bucket.list(ListQuery.flat(path.prefix()).withLimit(2));
        if (page.isEmpty()) {
            if (bucket.head(path.key(), FileTree.STAT_AGE).isPresent()) {
                throw FileErrors.notDirectory(tree.uri(path));
            }
            requireEnded(path);
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
