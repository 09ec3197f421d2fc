package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/// One version of a file on this host's disk, fetched in the background for a reader that jumps about in it.
///
/// It is best effort: where S3 fails, it never becomes complete. Safe for many threads.
final class FetchedCopy implements Closeable {

    private final CopyRoom room;
    private final Scratch scratch;
    private final Thread fetching;
    private volatile boolean complete;

    private FetchedCopy(CopyRoom room, Scratch scratch, Bucket bucket, ObjectKey key, String version) {
        this.room = room;
        this.scratch = scratch;
        this.fetching = Thread.ofVirtual().name("aloft-copy").unstarted(() -> fetch(bucket, key, version));
    }

    /// Begins to fetch a version; empty where there is no room for it.
    ///
    /// @param size of the file in bytes
    static Optional<FetchedCopy> begin(Bucket bucket, ObjectKey key, String version, long size) {
        CopyRoom room = CopyRoom.of(size).orElse(null);
        if (room == null) {
            return Optional.empty();
        }
        try {
            FetchedCopy copy = new FetchedCopy(room, Scratch.open(), bucket, key, version);
            copy.fetching.start();
            return Optional.of(copy);
        } catch (IOException e) {
            room.close();
            return Optional.empty();
        }
    }

    private void fetch(Bucket bucket, ObjectKey key, String version) {
        try (ObjectContent content = bucket.read(key, null, version, Duration.ZERO)) {
            scratch.fill(content.body());
            complete = true;
        } catch (IOException | RuntimeException e) {
            giveUp();
        }
    }

    /// Leaves the disk to others. The reader has it from S3.
    private void giveUp() {
        try {
            close();
        } catch (IOException e) {
            // The file has no name, and goes with the process.
        }
    }

    /// True if every byte is here.
    boolean isComplete() {
        return complete;
    }

    /// Reads from a copy that is complete.
    int read(ByteBuffer target, long position) throws IOException {
        return scratch.read(target, position);
    }

    @Override
    public void close() throws IOException {
        fetching.interrupt();
        try {
            scratch.close();
        } finally {
            room.close();
        }
    }
}
