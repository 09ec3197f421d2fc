package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Finds out what is at one path: a file, a directory or nothing. S3 keeps the two apart, so the object and the
/// keys below it are asked for at the same time, but for a [ListDelay]; the answer takes one round trip.
final class Lookup {

    private final Bucket bucket;
    private final FilePath path;
    private final Duration maxAge;
    private final ListDelay listDelay;

    /// @param maxAge how old an answer may be
    Lookup(Bucket bucket, FilePath path, Duration maxAge, ListDelay listDelay) {
        this.bucket = bucket;
        this.path = path;
        this.maxAge = maxAge;
        this.listDelay = listDelay;
    }

    Optional<FileStat> stat() throws IOException {
        Optional<StoredObject> known = bucket.knownObject(path.key(), maxAge);
        if (known.isPresent()) {
            return known.map(FileStat.File::of);
        }
        boolean halfKnown =
                bucket.knownPrefix(path.prefix(), maxAge).isPresent() || bucket.knownMissing(path.key(), maxAge);
        return halfKnown ? statInTurn() : statConcurrently();
    }

    private Optional<FileStat> statConcurrently() throws IOException {
        FutureTask<Boolean> below = new FutureTask<>(this::keysBelow);
        CountDownLatch objectAnswered = new CountDownLatch(1);
        Duration delay = listDelay.delay();
        Thread.ofVirtual().name("aloft-lookup").start(() -> {
            if (!answeredWithin(delay, objectAnswered)) {
                below.run();
            }
        });
        long start = System.nanoTime();
        try {
            Optional<StoredObject> object = bucket.head(path.key(), maxAge);
            listDelay.took(System.nanoTime() - start, object.isPresent());
            if (object.isPresent()) {
                return object.map(FileStat.File::of);
            }
            below.run(); // unless it runs already
            return directoryIf(result(below));
        } finally {
            objectAnswered.countDown();
        }
    }

    private static boolean answeredWithin(Duration delay, CountDownLatch answered) {
        try {
            return answered.await(delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // this thread is private, and never interrupted
        }
    }

    private Optional<FileStat> statInTurn() throws IOException {
        Optional<StoredObject> object = bucket.head(path.key(), maxAge);
        return object.isPresent() ? object.map(FileStat.File::of) : directoryIf(keysBelow());
    }

    private static Optional<FileStat> directoryIf(boolean keysBelow) {
        return keysBelow ? Optional.of(FileStat.Directory.DIRECTORY) : Optional.empty();
    }

    private boolean keysBelow() throws IOException {
        return bucket.hasKeysUnder(path.prefix(), maxAge);
    }

    /// True if it is known whether a file is at the path, or that a directory is, without asking S3.
    boolean isKnown() {
        return bucket.knownObject(path.key(), maxAge).isPresent()
                || bucket.knownMissing(path.key(), maxAge)
                || bucket.knownPrefix(path.prefix(), maxAge).orElse(false);
    }

    /// True if the path is known to be a directory and no file, without asking S3.
    boolean knownDirectory() {
        return bucket.knownPrefix(path.prefix(), maxAge).orElse(false)
                && bucket.knownObject(path.key(), maxAge).isEmpty();
    }

    private boolean result(FutureTask<Boolean> below) throws IOException {
        try {
            return below.get(); // bounded: the store has a time limit
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException ours) {
                throw ours;
            }
            throw new IllegalStateException("looking below " + path + " failed", e.getCause());
        } catch (InterruptedException e) {
            throw StoreException.interrupted("look at s3://" + bucket.name() + "/" + path, e);
        }
    }
}
