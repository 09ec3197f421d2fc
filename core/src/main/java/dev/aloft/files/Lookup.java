package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Finds out what is at one path: a file, a directory or nothing. S3 keeps the two apart, so the object and the
/// keys below it are asked for at the same time; the answer takes one round trip. The object has a head start: from
/// a store that is near, a file's answer is there before the second question is asked.
final class Lookup {

    private static final Duration HEAD_START = Duration.ofMillis(3);

    private final Bucket bucket;
    private final FilePath path;
    private final Duration maxAge;

    /// @param maxAge how old an answer may be
    Lookup(Bucket bucket, FilePath path, Duration maxAge) {
        this.bucket = bucket;
        this.path = path;
        this.maxAge = maxAge;
    }

    Optional<FileStat> stat() throws IOException {
        Optional<StoredObject> known = bucket.knownObject(path.key(), maxAge);
        if (known.isPresent()) {
            return known.map(FileStat.File::of);
        }
        boolean halfKnown =
                bucket.knownPrefix(path.prefix(), maxAge).isPresent() || bucket.knownMissing(path.key(), maxAge);
        return halfKnown ? stat(this::keysBelow) : statConcurrently();
    }

    private Optional<FileStat> statConcurrently() throws IOException {
        FutureTask<Boolean> below = new FutureTask<>(this::keysBelow);
        CountDownLatch objectAnswered = new CountDownLatch(1);
        Thread.ofVirtual().name("aloft-lookup").start(() -> {
            if (!startsLate(objectAnswered)) {
                below.run();
            }
        });
        try {
            return stat(() -> {
                below.run(); // unless it runs already
                return result(below);
            });
        } finally {
            objectAnswered.countDown();
        }
    }

    /// Whether the object's answer was there first.
    private static boolean startsLate(CountDownLatch objectAnswered) {
        try {
            return objectAnswered.await(HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // nobody interrupts it
        }
    }

    private Optional<FileStat> stat(Question below) throws IOException {
        Optional<StoredObject> object = bucket.head(path.key(), maxAge);
        if (object.isPresent()) {
            return object.map(FileStat.File::of);
        }
        return below.ask() ? Optional.of(FileStat.Directory.DIRECTORY) : Optional.empty();
    }

    private boolean keysBelow() throws IOException {
        return bucket.hasKeysUnder(path.prefix(), maxAge);
    }

    /// Whether the path is known to be a directory and no file, without asking S3.
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
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at " + path, e);
        }
    }

    private interface Question {
        boolean ask() throws IOException;
    }
}
