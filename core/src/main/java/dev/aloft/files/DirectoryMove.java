package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectCopies;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One rename of a directory that is under way: each file is copied inside S3 and then leaves its old name, at most
/// [#MAX_IN_FLIGHT] of them at the same time.
///
/// A file that another writer writes meanwhile is not lost: at the new name it fails the rename, and at the old one it
/// is moved or stays.
///
/// After a failure no further move starts, and those in progress are completed; so each file is at its old name, at
/// its new one, or at both. The caller ends it. For one thread.
final class DirectoryMove {

    static final int MAX_IN_FLIGHT = 8;

    private static final WriteCondition NEW = WriteCondition.ifAbsent();

    private final Bucket bucket;
    private final FilePath source;
    private final FilePath target;
    private final Semaphore room = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

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
                } catch (IOException | RuntimeException | Error e) {
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
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("cannot move " + source + " to " + target, e);
        }
    }

    private void move(StoredObject object) throws IOException {
        String name = object.key().value().substring(source.prefix().length());
        ObjectKey to = ObjectKey.of(target.prefix() + name);
        if (name.isEmpty() || name.endsWith("/")) {
            bucket.copies().copy(object, to);
            bucket.delete(object.key()); // A marker has no bytes to lose, and not every store gives it a stable ETag.
            return;
        }
        Optional<StoredObject> copied = copied(object, to);
        if (copied.isPresent()) {
            bucket.delete(copied.get());
        }
    }

    /// Copies the version that is there now; one that was written after the listing, too.
    ///
    /// @return the version; empty if the file was deleted after the listing
    private Optional<StoredObject> copied(StoredObject listed, ObjectKey to) throws IOException {
        Optional<StoredObject> version =
                bucket.keepsInCopies(NEW) ? Optional.of(listed) : bucket.head(listed.key(), Duration.ZERO);
        for (int attempt = 1; version.isPresent(); attempt++) {
            try {
                copy(version.get(), to);
                return version;
            } catch (StoreException e) {
                if (e.kind() != Kind.PRECONDITION && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
                requireNew(to);
                if (attempt == FileMoves.MAX_COPY_ATTEMPTS) {
                    throw FileMoves.keepsChanging("s3://" + bucket.name() + "/" + listed.key(), e);
                }
            }
            version = bucket.head(listed.key(), Duration.ZERO);
        }
        return version;
    }

    /// Copies a version to a name that is not in use. Where S3 cannot enforce that, and the bytes stay inside S3, this
    /// looks right before.
    private void copy(StoredObject version, ObjectKey to) throws IOException {
        ObjectCopies copies = bucket.copies();
        if (copies.stayInside(NEW, to)) {
            copies.copy(version, to, NEW);
        } else {
            requireNew(to);
            copies.copy(version, to);
        }
    }

    /// The directory was not there when its rename began.
    private void requireNew(ObjectKey to) throws IOException {
        if (bucket.head(to, Duration.ZERO).isPresent()) {
            throw FileErrors.alreadyExists("s3://" + bucket.name() + "/" + to);
        }
    }
}
