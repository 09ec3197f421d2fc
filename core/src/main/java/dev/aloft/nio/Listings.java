package dev.aloft.nio;

import dev.aloft.files.DirectoryPage;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.store.ListQuery;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Lists directories, and a few of them before a walk comes to them.
///
/// A listing read ahead is used once, if it is not older than [Listed#MAX_AGE] and nothing below was changed
/// here since; else S3 is asked again. At most [#MAX_AHEAD] requests are ahead at the same time. Safe for many
/// threads.
final class Listings {

    static final int MAX_AHEAD = 8;

    private final FileTree tree;
    private final OwnChanges changes;
    private final LongSupplier nanos;
    private final Semaphore threads = new Semaphore(MAX_AHEAD);
    private final Map<FilePath, FutureTask<Found>> ahead = new ConcurrentHashMap<>();

    Listings(FileTree tree, OwnChanges changes, LongSupplier nanos) {
        this.tree = tree;
        this.changes = changes;
        this.nanos = nanos;
    }

    /// A page, and when it was asked for: by this file system's changes and by the clock.
    record Found(DirectoryPage page, long moment, long nanos) {}

    /// The first page of a directory.
    Found first(FilePath directory) throws IOException {
        FutureTask<Found> begun = ahead.remove(directory);
        if (begun != null) {
            Found found = result(begun);
            if (found != null
                    && nanos.getAsLong() - found.nanos < Listed.MAX_AGE.toNanos()
                    && !changes.since(directory, found.moment)) {
                return found;
            }
        }
        return page(directory, "", null);
    }

    /// A page, from S3.
    Found page(FilePath directory, String namePrefix, @Nullable String after) throws IOException {
        long moment = changes.now();
        long now = nanos.getAsLong();
        return new Found(tree.list(directory, namePrefix, ListQuery.MAX_LIMIT, after), moment, now);
    }

    /// Begins to list a directory, if there is room.
    ///
    /// @return whether there was
    boolean begin(FilePath directory) {
        if (!threads.tryAcquire()) {
            return false;
        }
        FutureTask<Found> task = new FutureTask<>(() -> page(directory, "", null));
        if (ahead.putIfAbsent(directory, task) != null) {
            threads.release();
            return true;
        }
        Thread.ofVirtual().name("aloft-list").start(() -> {
            try {
                task.run();
            } finally {
                threads.release();
            }
        });
        return true;
    }

    /// Drops what was listed ahead and is not wanted any more.
    void forget(FilePath directory) {
        ahead.remove(directory);
    }

    /// Null when it failed: the caller asks again and gets the failure then.
    private static @Nullable Found result(FutureTask<Found> begun) throws IOException {
        try {
            return begun.get(); // bounded: the store has a time limit
        } catch (ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            throw StoreException.interrupted("list a directory", e);
        }
    }
}
