package dev.aloft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A file whose reads and writes run while the caller does something else: on virtual threads, or on the
/// threads that the caller gave. Otherwise as [S3FileChannel].
final class S3AsynchronousFileChannel extends AsynchronousFileChannel {

    private final S3FileChannel channel;
    private final OpenMode mode;
    private final Executor threads;

    /// @param given the caller's threads, or null
    S3AsynchronousFileChannel(S3FileChannel channel, OpenMode mode, @Nullable ExecutorService given) {
        this.channel = channel;
        this.mode = mode;
        this.threads = given == null ? Thread::startVirtualThread : given;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public AsynchronousFileChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        channel.force(metadata);
    }

    @Override
    public <A> void read(ByteBuffer target, long from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        requireReadable(target, from);
        submit(() -> channel.read(target, from), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target, long from) {
        requireReadable(target, from);
        return submit(() -> channel.read(target, from));
    }

    @Override
    public <A> void write(ByteBuffer source, long to, A attachment, CompletionHandler<Integer, ? super A> handler) {
        requireWritable(to);
        submit(() -> channel.write(source, to), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer source, long to) {
        requireWritable(to);
        return submit(() -> channel.write(source, to));
    }

    private Future<Integer> submit(Callable<Integer> operation) {
        FutureTask<Integer> task = new FutureTask<>(operation);
        threads.execute(task);
        return task;
    }

    private <A> void submit(Callable<Integer> operation, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        threads.execute(() -> {
            Integer result;
            try {
                result = operation.call();
            } catch (Exception e) {
                handler.failed(e, attachment);
                return;
            }
            handler.completed(result, attachment);
        });
    }

    private void requireReadable(ByteBuffer target, long from) {
        if (from < 0 || target.isReadOnly()) {
            throw new IllegalArgumentException("a negative position or a read-only buffer");
        }
        if (!mode.read()) {
            throw new NonReadableChannelException();
        }
    }

    private void requireWritable(long to) {
        if (to < 0) {
            throw new IllegalArgumentException("a negative position");
        }
        if (!mode.write()) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public <A> void lock(
            long from, long size, boolean shared, A attachment, CompletionHandler<FileLock, ? super A> handler) {
        throw new UnsupportedOperationException("S3 has no locks");
    }

    @Override
    public Future<FileLock> lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("S3 has no locks");
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("S3 has no locks");
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
