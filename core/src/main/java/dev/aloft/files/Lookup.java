package dev.aloft.files;

import static dev.aloft.files.FileTree.STAT_AGE;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Finds out what is at one path: a file, a directory or nothing. S3 keeps the two apart, so the object and the keys
/// below it are asked for at the same time; the answer takes one round trip.
final class Lookup {

    private final Bucket bucket;
    private final FilePath path;

    Lookup(Bucket bucket, FilePath path) {
        this.bucket = bucket;
        this.path = path;
    }

    Optional<FileStat> stat() throws IOException {
        Optional<StoredObject> known = bucket.knownObject(path.key(), STAT_AGE);
        if (known.isPresent()) {
            return known.map(FileStat.File::of);
        }
        boolean halfKnown =
                bucket.knownPrefix(path.prefix(), STAT_AGE).isPresent() || bucket.knownMissing(path.key(), STAT_AGE);
        return halfKnown ? stat(this::keysBelow) : statConcurrently();
    }

    private Optional<FileStat> statConcurrently() throws IOException {
        FutureTask<Boolean> below = new FutureTask<>(this::keysBelow);
        Thread.ofVirtual().start(below);
        return stat(() -> result(below));
    }

    private Optional<FileStat> stat(Question below) throws IOException {
        Optional<StoredObject> object = bucket.head(path.key(), STAT_AGE);
        if (object.isPresent()) {
            return object.map(FileStat.File::of);
        }
        return below.ask() ? Optional.of(FileStat.Directory.DIRECTORY) : Optional.empty();
    }

    private boolean keysBelow() throws IOException {
        return bucket.hasKeysUnder(path.prefix(), STAT_AGE);
    }

    /// Whether the path is known to be a directory and no file, without asking S3.
    boolean knownDirectory() {
        return bucket.knownPrefix(path.prefix(), STAT_AGE).orElse(false)
                && bucket.knownObject(path.key(), STAT_AGE).isEmpty();
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
