package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;

/// Operations on a directory with everything below it, a thousand files in a request. Nothing here is atomic:
/// files that others make meanwhile may or may not be met. Errors are those of [FileTree]. Safe for many threads.
/// Public for [dev.aloft.nio].
public final class WholeTrees {

    private final FileTree tree;
    private final Bucket bucket;

    /// A view of this tree's files, without state of its own.
    public WholeTrees(FileTree tree) {
        this.tree = tree;
        this.bucket = tree.bucket();
    }

    /// A file below a directory.
    ///
    /// @param size in bytes
    public record Leaf(FilePath path, long size, Instant modified) {}

    /// Every file below a directory, in the order of the keys' UTF-8 bytes; directories are not among them. One
    /// LIST for a thousand files, asked for as the stream is read, in constant memory.
    ///
    /// The stream throws [UncheckedIOException].
    public Stream<Leaf> walk(FilePath directory) throws IOException {
        Page first = bucket.list(ListQuery.flat(directory.prefix()));
        if (first.isEmpty() && !directory.equals(tree.top())) {
            tree.requireDirectory(directory);
        }
        return Stream.iterate(first, Objects::nonNull, page -> next(directory, page))
                .flatMap(page -> page.objects().stream())
                .filter(object -> !object.key().value().endsWith("/"))
                .map(WholeTrees::leaf);
    }

    private static Leaf leaf(StoredObject object) {
        return new Leaf(FilePath.of(object.key().value()), object.size(), object.modified());
    }

    @SuppressWarnings("NullAway") // Stream.iterate's end
    private Page next(FilePath directory, Page page) {
        if (page.next() == null) {
            return null;
        }
        try {
            return bucket.list(ListQuery.flat(directory.prefix()).after(page.next()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes a directory and everything below it, or a file.
    ///
    /// @throws FileSystemException naming the first file that S3 would not delete; the others are gone
    public void delete(FilePath path) throws IOException {
        tree.confine(path);
        tree.requireNotRoot("delete", path);
        boolean any = false;
        String after = null;
        do {
            Page page = bucket.list(ListQuery.flat(path.prefix()).after(after));
            any |= !page.isEmpty();
            if (page.hidden() > 0) {
                throw FileErrors.notEmpty(tree.uri(path));
            }
            requireAll(bucket.deleteAll(
                    page.objects().stream().map(StoredObject::key).toList()));
            after = page.next();
        } while (after != null);
        if (any) {
            tree.removed(path);
        } else {
            tree.delete(path);
        }
    }

    private void requireAll(DeleteReport report) throws FileSystemException {
        if (!report.failures().isEmpty()) {
            ObjectKey first = report.failures().keySet().iterator().next();
            throw FileErrors.failed(
                    "s3://" + bucket.name() + "/" + first,
                    "S3 did not delete it (" + report.failures().get(first) + "), nor "
                            + (report.failures().size() - 1) + " others",
                    null);
        }
    }
}
