package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One rename of a directory that is under way: each file is copied inside S3 and then leaves its old name, at most
/// [#MAX_IN_FLIGHT] of them at the same time.
///
/// After a failure no further move starts, and those in progress are completed; so each file is at its old name, at
/// its new one, or at both. The caller ends it. For one thread.
final class DirectoryMove {

    static final int MAX_IN_FLIGHT = 8;

    private final Bucket bucket;
    private final FilePath source;
    private final FilePath target;
    private final Semaphore room = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    DirectoryMove(Bucket bucket, FilePath source, FilePath target) {
        this.bucket = bucket;
        this.source = source;
        this.target = target;
    }

    /// Begins to move what a page lists; waits while there is no room for more.
    void begin(Page page) {
        for (StoredObject object : page.objects()) {
            room.acquireUninterruptibly(); // bounded: every request has a time limit
            if (failure.get() != null) {
                room.release();
                return;
            }
            Thread.ofVirtual().name("aloft-move").start(() -> {
                try {
                    move(object);
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                } finally {
                    room.release();
                }
            });
        }
    }

    /// Waits for all that has begun.
    ///
    /// @throws IOException the first failure
    void end() throws IOException {
        room.acquireUninterruptibly(MAX_IN_FLIGHT);
        switch (failure.get()) {
            case null -> room.release(MAX_IN_FLIGHT);
            case IOException e -> throw e;
            case Exception e -> throw new IllegalStateException("cannot move " + source + " to " + target, e);
        }
    }

    private void move(StoredObject object) throws IOException {
        String name = object.key().value().substring(source.prefix().length());
        bucket.copies().copy(object, ObjectKey.of(target.prefix() + name));
        if (name.isEmpty() || name.endsWith("/")) {
            bucket.delete(object.key()); // A marker has no bytes to lose, and not every store gives it a stable ETag.
        } else {
            bucket.delete(object);
        }
    }
}
