package dev.aloft.nio;

import dev.aloft.files.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A file as a channel. It reads one version, whatever is written meanwhile, and what it writes is published,
/// whole, by [#force] and [#close]; there the last error is reported too. An interrupt closes it, as the JDK has it,
/// and what was not published then is not.
///
/// There is no mapping into memory and no locking of regions. Safe for many threads; reads at a given position do
/// not wait for each other.
final class S3FileChannel extends FileChannel {

    private static final int CHUNK_BYTES = 64 << 10;

    private final S3Path path;
    private final OpenMode mode;
    private final OpenFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Closeable abandonment = this::abandon;
    private long position;

    private S3FileChannel(S3Path path, OpenMode mode, OpenFile file) {
        this.path = path;
        this.mode = mode;
        this.file = file;
    }

    static S3FileChannel open(S3Path path, OpenMode mode, OpenFile file) throws IOException {
        S3FileChannel channel = new S3FileChannel(path, mode, file);
        if (mode.append()) {
            channel.position = file.size();
        }
        path.getFileSystem().opened(channel.abandonment);
        return channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return Math.toIntExact(atPosition(() -> (long) readAt(target, position)));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        return atPosition(() -> {
            long total = 0;
            for (int i = offset; i < offset + length; i++) {
                int n = readAt(targets[i], position + total);
                if (n < 0) {
                    return total == 0 ? -1 : total;
                }
                total += n;
                if (targets[i].hasRemaining()) {
                    break;
                }
            }
            return total;
        });
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        requirePosition(from);
        return readAt(target, from);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return Math.toIntExact(atPosition(() -> (long) append(source)));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        return atPosition(() -> {
            long total = 0;
            long start = position;
            for (int i = offset; i < offset + length; i++) {
                total += append(sources[i]);
                position = start + total;
            }
            position = start;
            return total;
        });
    }

    @Override
    public int write(ByteBuffer source, long to) throws IOException {
        requirePosition(to);
        return writeAt(source, mode.append() ? size() : to);
    }

    private int append(ByteBuffer source) throws IOException {
        if (mode.append()) {
            position = file.size();
        }
        return writeAt(source, position);
    }

    private long atPosition(Failures.Call<Long> call) throws IOException {
        lock.lock();
        try {
            long n = call.run();
            position += Math.max(n, 0);
            return n;
        } finally {
            lock.unlock();
        }
    }

    private int readAt(ByteBuffer target, long from) throws IOException {
        requireOpen();
        if (!mode.read()) {
            throw new NonReadableChannelException();
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
        return worded(() -> target.hasRemaining() ? file.read(target, from) : 0);
    }

    private int writeAt(ByteBuffer source, long to) throws IOException {
        requireOpen();
        requireWritable();
        return worded(() -> file.write(source, to));
    }

    @Override
    public long position() throws IOException {
        requireOpen();
        return position;
    }

    @Override
    public FileChannel position(long to) throws IOException {
        requireOpen();
        requirePosition(to);
        lock.lock();
        try {
            position = to;
        } finally {
            lock.unlock();
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return worded(file::size);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        requireOpen();
        requirePosition(size);
        requireWritable();
        lock.lock();
        try {
            worded(() -> {
                file.truncate(size);
                return size;
            });
            position = Math.min(position, size);
        } finally {
            lock.unlock();
        }
        return this;
    }

    /// Publishes the bytes written so far as a version that every host sees.
    @Override
    public void force(boolean metadata) throws IOException {
        requireOpen();
        if (mode.write()) {
            publish(file::publish);
        }
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        requireTransfer(from, count, target.isOpen());
        if (!mode.read()) {
            throw new NonReadableChannelException();
        }
        long done = 0;
        while (done < count) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, count - done));
            if (readAt(chunk, from + done) <= 0) {
                break;
            }
            chunk.flip();
            int n = chunk.remaining();
            int written = target.write(chunk);
            done += written;
            if (written < n) {
                break;
            }
        }
        return done;
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
        requireTransfer(to, count, source.isOpen());
        requireWritable();
        if (to > size()) {
            return 0;
        }
        long done = 0;
        while (done < count) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, count - done));
            if (source.read(chunk) <= 0) {
                break;
            }
            chunk.flip();
            done += write(chunk, to + done);
        }
        return done;
    }

    private void requireTransfer(long at, long count, boolean otherIsOpen) throws IOException {
        requireOpen();
        if (!otherIsOpen) {
            throw new ClosedChannelException();
        }
        requirePosition(at);
        requirePosition(count);
    }

    @Override
    public MappedByteBuffer map(MapMode how, long from, long size) {
        throw new UnsupportedOperationException("a file in S3 is not mapped into memory");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("S3 has no locks");
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("S3 has no locks");
    }

    @Override
    protected void implCloseChannel() throws IOException {
        path.getFileSystem().ended(abandonment);
        try {
            if (mode.write()) {
                publish(file::close);
            } else {
                file.close();
            }
        } finally {
            if (mode.deleteOnClose()) {
                path.getFileSystem().operations().deleteQuietly(path);
            }
        }
    }

    /// Discards unpublished bytes: the file system closes, or the thread that used this was interrupted.
    private void abandon() throws IOException {
        file.abort();
        close();
    }

    private void publish(Publication publication) throws IOException {
        worded(() -> {
            try {
                publication.run();
            } finally {
                path.getFileSystem().operations().changed(path);
            }
            return true;
        });
    }

    private <T> T worded(Failures.Call<T> call) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw closedByInterrupt();
        }
        try {
            return call.run();
        } catch (IOException e) {
            throw Failures.isInterrupt(e) ? closedByInterrupt() : Failures.of(path, e);
        }
    }

    private ClosedByInterruptException closedByInterrupt() throws IOException {
        abandon();
        return new ClosedByInterruptException();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() {
        if (!mode.write()) {
            throw new NonWritableChannelException();
        }
    }

    private static void requirePosition(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("a negative position or count: " + position);
        }
    }

    private interface Publication {
        void run() throws IOException;
    }
}
