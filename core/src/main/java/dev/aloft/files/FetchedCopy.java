package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.FutureTask;

/// One version of a file on this host's disk, fetched in the background for a reader that jumps about in it.
///
/// It is best effort: where the disk has no room, or S3 fails, it never becomes complete. Safe for many threads.
final class FetchedCopy implements Closeable {

    private final FutureTask<Scratch> fetching;

    private FetchedCopy(Bucket bucket, ObjectKey key, String version) {
        this.fetching = new FutureTask<>(() -> fetched(bucket, key, version));
    }

    static FetchedCopy begin(Bucket bucket, ObjectKey key, String version) {
        FetchedCopy copy = new FetchedCopy(bucket, key, version);
        Thread.ofVirtual().name("aloft-copy").start(copy.fetching);
        return copy;
    }

    private static Scratch fetched(Bucket bucket, ObjectKey key, String version) throws IOException {
        Scratch scratch = Scratch.open();
        try (ObjectContent content = bucket.read(key, null, version, Duration.ZERO)) {
            scratch.fill(content.body());
            return scratch;
        } catch (IOException | RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    /// True if every byte is here.
    boolean isComplete() {
        return fetching.state() == FutureTask.State.SUCCESS;
    }

    /// Reads from a copy that is complete.
    int read(ByteBuffer target, long position) throws IOException {
        return fetching.resultNow().read(target, position);
    }

    @Override
    public void close() throws IOException {
        boolean _ = fetching.cancel(true);
        if (isComplete()) {
            fetching.resultNow().close();
        }
    }
}
