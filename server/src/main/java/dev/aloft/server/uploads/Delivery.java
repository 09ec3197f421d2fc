package dev.aloft.server.uploads;

import dev.aloft.server.cache.BodyRoom;
import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.Content;
import dev.aloft.server.cache.Content.DiskStream;
import dev.aloft.server.cache.Content.FilePart;
import dev.aloft.server.cache.Content.PacedStream;
import dev.aloft.server.cache.Origin;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Sends what the cache answers: bytes in memory at once and without waiting, files from the disk by the kernel, and
/// streams through a buffer, which is small while many clients have one.
final class Delivery {

    static final int BUFFER_BYTES = 64 << 10;

    private static final int SMALL_BUFFER_BYTES = 4 << 10;

    /// The interval between checks of a slow client's progress.
    private static final Duration LOOK = Duration.ofMillis(100);

    private Delivery() {}

    /// Sends the whole answer, and closes it in every case. A failure before the first byte becomes a line of text, a
    /// later one breaks the connection, so that half a body does not look whole.
    ///
    /// @param room for buffers
    static void send(CacheAnswer answer, BodyRoom room, Response response, Callback callback) {
        switch (answer.content()) {
            case Content.Bytes(ByteBuffer bytes, Runnable end) -> {
                putHead(answer, response);
                response.write(true, bytes, Callback.from(callback, end));
            }
            case Content.Streamed(InputStream stream, long _) ->
                new Transfer(new Buffered(stream, room, response), Delivery::await).run(answer, response, callback);
            case Content.OnDisk(DiskStream file, long _) ->
                new Transfer(partsOf(file, room, response), taken -> awaitDisk(taken, file))
                        .run(answer, response, callback);
            case Content.Paced(PacedStream stream, long _) ->
                new Transfer(new Buffered(stream, room, response), taken -> awaitPaced(taken, stream))
                        .run(answer, response, callback, stream::goAtClientsPace);
        }
    }

    private static void putHead(CacheAnswer answer, Response response) {
        response.setStatus(answer.status());
        HttpField date = answer.headers().getField(HttpHeader.DATE);
        if (date != null) {
            answer.headers().remove(HttpHeader.DATE);
            response.getHeaders().put(date); // The origin's date, not the time of this answer.
        }
        response.getHeaders().add(answer.headers());
    }

    private interface Step {
        void run() throws IOException;
    }

    /// The parts of a content, one after another. The next one may be read when a client has taken the one before.
    private interface Parts extends AutoCloseable {

        /// Null at the end.
        @Nullable
        ByteBuffer next() throws IOException;

        /// After a failure, the last part may still be in use.
        @Override
        void close();
    }

    private interface Waiting {
        void await(Callback.Completable taken) throws IOException, ExecutionException, InterruptedException;
    }

    private static Parts partsOf(DiskStream file, BodyRoom room, Response response) {
        FileEndPoint client = FileEndPoint.of(response);
        Buffered buffered = new Buffered(file, room, response);
        return client == null ? buffered : new SentByKernel(file, client, buffered);
    }

    /// The parts of a file as far as they are on disk, else those of a stream.
    private record SentByKernel(DiskStream file, FileEndPoint client, Buffered rest) implements Parts {

        @Override
        public @Nullable ByteBuffer next() throws IOException {
            FilePart part = file.part();
            return part == null ? rest.next() : client.expect(part);
        }

        @Override
        public void close() {
            rest.close();
        }
    }

    /// The parts of a stream, each in a buffer of the server's.
    private static final class Buffered implements Parts {

        private final InputStream stream;
        private final BodyRoom room;
        private final ByteBufferPool pool;
        private @Nullable RetainableByteBuffer memory;
        private boolean counted;

        Buffered(InputStream stream, BodyRoom room, Response response) {
            this.stream = stream;
            this.room = room;
            this.pool = response.getRequest().getComponents().getByteBufferPool();
        }

        @Override
        public @Nullable ByteBuffer next() throws IOException {
            release();
            counted = room.takeBuffer(BUFFER_BYTES);
            memory = pool.acquire(counted ? BUFFER_BYTES : SMALL_BUFFER_BYTES, false);
            ByteBuffer bytes = memory.getByteBuffer().clear();
            int read = stream.read(bytes.array(), bytes.arrayOffset(), bytes.capacity());
            if (read < 0) {
                release();
                return null;
            }
            return bytes.limit(read);
        }

        private void release() {
            if (memory != null) {
                memory.release();
                memory = null;
            }
            close();
        }

        /// Leaves the buffer to the garbage collector.
        @Override
        public void close() {
            if (counted) {
                counted = false;
                room.giveBackBuffer(BUFFER_BYTES);
            }
        }
    }

    /// The way from a content to a client, part by part.
    ///
    /// @param waiting returns when the client has taken a part
    private record Transfer(Parts parts, Waiting waiting) {

        void run(CacheAnswer answer, Response response, Callback callback) {
            run(answer, response, callback, () -> {});
        }

        /// @param first a step that may fail before anything has been sent
        void run(CacheAnswer answer, Response response, Callback callback, Step first) {
            boolean begun = false;
            try (answer;
                    parts) {
                first.run();
                ByteBuffer part = parts.next();
                begun = true;
                putHead(answer, response);
                long sent = 0;
                for (; part != null; part = parts.next()) {
                    sent += part.remaining();
                    write(part, response);
                }
                long length = answer.content().length();
                if (length >= 0 && sent != length) {
                    throw new EOFException("the content ends " + (length - sent) + " bytes early");
                }
                response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            } catch (IOException e) {
                if (begun) {
                    callback.failed(e);
                } else {
                    Origin.Failure failure = Origin.Failure.of(e);
                    PlainText.send(response, callback, failure.status(), failure.text());
                }
            }
        }

        private void write(ByteBuffer part, Response response) throws IOException {
            Callback.Completable taken = Callback.Completable.with(done -> response.write(false, part, done));
            try {
                waiting.await(taken);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a client took nothing");
            }
        }
    }

    private static void await(Callback.Completable taken) throws ExecutionException, InterruptedException {
        var _ = taken.get();
    }

    private static void awaitDisk(Callback.Completable taken, DiskStream file)
            throws IOException, ExecutionException, InterruptedException {
        if (file.isFromOrigin()) {
            awaitPaced(taken, file);
        } else {
            await(taken);
        }
    }

    /// Reports to the origin for how long the client has taken nothing.
    private static void awaitPaced(Callback.Completable taken, PacedStream stream)
            throws IOException, ExecutionException, InterruptedException {
        for (Duration idle = LOOK; ; idle = idle.plus(LOOK)) {
            try {
                var _ = taken.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                stream.idle(idle);
            }
        }
    }
}
