package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One version of a file, open for reading.
///
/// Every byte is of the version that was newest when it was opened: each request names it, and when it is gone from S3
/// the read fails rather than mix. Opening is one GET, whose bytes are used as long as reads follow each other. A jump
/// fetches what is wanted and the rest of its block of [#BLOCK_BYTES]; reads that continue from there fetch twice as
/// much each time, up to [#MAX_WINDOW_BYTES]. A reader that has waited for jumps as long as the whole file likely
/// takes gets a [FetchedCopy], which then has every answer. Threads that read at the same time do not wait for each
/// other: one has the window, the others fetch exactly what they want.
final class PinnedFile implements OpenFile {

    /// The minimum that a read at a new position fetches.
    static final int BLOCK_BYTES = 64 << 10;

    /// So many bytes are read and dropped rather than asked for anew.
    static final int SKIP_BYTES = 256 << 10;

    static final int MAX_WINDOW_BYTES = 16 << 20;

    /// The largest file that is copied to this host's disk, if there is [CopyRoom].
    static final long MAX_COPIED_BYTES = 1L << 30;

    /// A modest speed at which a whole file comes.
    static final long COPIED_BYTES_PER_SECOND = 64 << 20;

    private static final int CHUNK_BYTES = 64 << 10;

    private final Bucket bucket;
    private final ObjectKey key;
    private final FileStat.File version;
    private final String uri;
    private final ReentrantLock lock = new ReentrantLock();
    private InputStream window;
    private long windowAt;
    private long windowEnd = Long.MAX_VALUE;
    private int windowBytes = BLOCK_BYTES;
    private Duration waitedForJumps = Duration.ZERO;
    private volatile @Nullable FetchedCopy copy;

    private PinnedFile(Bucket bucket, ObjectKey key, String uri, FileContent content) {
        this.bucket = bucket;
        this.key = key;
        this.uri = uri;
        this.version = content.file();
        this.window = content.body();
    }

    static PinnedFile open(FileTree tree, FilePath path) throws IOException {
        FileContent newest = tree.open(path, null, null, Duration.ZERO);
        return new PinnedFile(tree.bucket(), path.key(), tree.uri(path), newest);
    }

    @Override
    public long size() {
        return version.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        if (position >= version.size()) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), version.size() - position);
        if (count == 0) {
            return 0;
        }
        FetchedCopy fetched = copy;
        if (fetched != null && fetched.isComplete()) {
            return fetched.read(target, position);
        }
        try {
            if (!lock.tryLock()) {
                return readApart(target, position, count);
            }
            try {
                turnTo(position, count);
                drain(window, target, count);
                windowAt += count;
                return count;
            } catch (IOException e) {
                forgetWindow();
                throw e;
            } finally {
                lock.unlock();
            }
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION || e.kind() == Kind.NOT_FOUND ? replaced(e) : e;
        }
    }

    /// Has the window give the bytes from this position on, as many as are wanted.
    private void turnTo(long position, int count) throws IOException {
        long ahead = position - windowAt;
        boolean goesOn = ahead == 0;
        if (ahead >= 0 && ahead <= SKIP_BYTES && windowAt + ahead + count <= windowEnd) {
            window.skipNBytes(ahead);
        } else {
            window.close();
            windowBytes = goesOn ? Math.min(MAX_WINDOW_BYTES, windowBytes * 2) : BLOCK_BYTES;
            long blockEnd = position - position % BLOCK_BYTES + windowBytes;
            long begin = System.nanoTime();
            openWindow(position, Math.max(position + count, blockEnd));
            if (!goesOn) {
                waitedForJump(Duration.ofNanos(System.nanoTime() - begin));
            }
        }
        windowAt = position;
    }

    private void waitedForJump(Duration wait) {
        waitedForJumps = waitedForJumps.plus(wait);
        Duration wholeFile = Duration.ofMillis(version.size() * 1000 / COPIED_BYTES_PER_SECOND);
        if (copy == null && version.size() <= MAX_COPIED_BYTES && waitedForJumps.compareTo(wholeFile) > 0) {
            copy = FetchedCopy.begin(bucket, key, version.etag(), version.size())
                    .orElse(null);
        }
    }

    private void openWindow(long position, long end) throws IOException {
        ByteRange range = ByteRange.of(position, Math.min(version.size(), end) - 1);
        ObjectContent content = bucket.read(key, range, version.etag(), Duration.ZERO);
        window = content.body();
        windowEnd = range.last() + 1;
        if (range.length() <= BLOCK_BYTES) {
            // Taken in at once, so that the connection is free for others.
            try (content) {
                window = new ByteArrayInputStream(content.body().readAllBytes());
            }
        }
    }

    private void forgetWindow() {
        try {
            window.close();
        } catch (IOException e) {
            // The failure has been reported already.
        }
        window = InputStream.nullInputStream();
        windowEnd = 0;
    }

    private int readApart(ByteBuffer target, long position, int count) throws IOException {
        ByteRange range = ByteRange.of(position, position + count - 1);
        try (ObjectContent content = bucket.read(key, range, version.etag(), Duration.ZERO)) {
            drain(content.body(), target, count);
        }
        return count;
    }

    private static void drain(InputStream from, ByteBuffer target, int count) throws IOException {
        if (target.hasArray()) {
            int n = from.readNBytes(target.array(), target.arrayOffset() + target.position(), count);
            target.position(target.position() + n);
            return;
        }
        byte[] chunk = new byte[Math.min(count, CHUNK_BYTES)];
        for (int left = count; left > 0; ) {
            int n = from.readNBytes(chunk, 0, Math.min(left, chunk.length));
            target.put(chunk, 0, n);
            left -= n;
        }
    }

    private FileSystemException replaced(StoreException e) {
        return FileErrors.failed(uri, "it was replaced or deleted while it was open for reading", e);
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new NonWritableChannelException();
    }

    @Override
    public void truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void publish() {}

    @Override
    public void abort() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (copy != null) {
                copy.close();
            }
            window.close();
            window = InputStream.nullInputStream();
            windowEnd = 0;
        } finally {
            lock.unlock();
        }
    }
}
