package dev.aloft.files;

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
        Optional<FileStat> known = known();
        if (known.isPresent()) {
            return known;
        }
        FutureTask<Boolean> below =
                new FutureTask<>(() -> bucket.hasKeysUnder(path.prefix(), FileTree.STAT_AGE));
        Thread.ofVirtual().start(below);
        Optional<StoredObject> object = bucket.head(path.key(), FileTree.STAT_AGE);
        if (object.isPresent()) {
            return object.map(FileStat.File::of);
        }
        return result(below) ? Optional.of(FileStat.Directory.DIRECTORY) : Optional.empty();
    }

    /// What is certain without asking: a file that is known to be there, or no file but a directory.
    private Optional<FileStat> known() {
        Optional<Optional<StoredObject>> object = bucket.knownObject(path.key(), FileTree.STAT_AGE);
        if (object.isPresent() && object.get().isPresent()) {
            return object.get().map(FileStat.File::of);
        }
        return knownDirectory() && object.isPresent() ? Optional.of(FileStat.Directory.DIRECTORY) : Optional.empty();
    }

    /// Whether keys are known to lie below the path, without asking S3.
    boolean knownDirectory() {
        return bucket.knownPrefix(path.prefix(), FileTree.STAT_AGE).orElse(false)
                && bucket.knownObject(path.key(), FileTree.STAT_AGE).flatMap(o -> o).isEmpty();
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
}
