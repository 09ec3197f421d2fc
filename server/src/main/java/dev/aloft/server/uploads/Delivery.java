package dev.aloft.server.uploads;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.Content;
import dev.aloft.server.cache.Content.DiskStream;
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

/// Sends what the cache answers: bytes in memory at once and without waiting, streams through a small buffer.
final class Delivery {

    private static final int BUFFER_BYTES = 64 << 10;

    /// The interval between checks of a slow client's progress.
    private static final Duration LOOK = Duration.ofMillis(100);

    private Delivery() {}

    /// Sends the whole answer, and closes it in every case. A failure before the first byte becomes a line of text, a
    /// later one breaks the connection, so that half a body does not look whole.
    static void send(CacheAnswer answer, Response response, Callback callback) {
        switch (answer.content()) {
            case Content.Bytes(ByteBuffer bytes) -> {
                putHead(answer, response);
                response.write(true, bytes, callback);
            }
            case Content.Streamed(InputStream stream, long _) ->
                new Transfer(false, into -> fill(into, stream), Delivery::await).run(answer, response, callback);
            case Content.OnDisk(DiskStream file, long _) ->
                new Transfer(true, file::read, Delivery::await).run(answer, response, callback);
            case Content.Paced(PacedStream stream, long _) ->
                new Transfer(false, into -> fill(into, stream), taken -> awaitPaced(taken, stream))
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

    private interface Filling {
        int fill(ByteBuffer into) throws IOException;
    }

    private interface Waiting {
        void await(Callback.Completable taken) throws IOException, ExecutionException, InterruptedException;
    }

    /// The way from a content to a client, through a small buffer.
    ///
    /// @param direct whether the buffer is outside the heap
    /// @param waiting returns when the client has taken the buffer
    private record Transfer(boolean direct, Filling filling, Waiting waiting) {

        void run(CacheAnswer answer, Response response, Callback callback) {
            run(answer, response, callback, () -> {});
        }

        /// @param first a step that may fail before anything has been sent
        void run(CacheAnswer answer, Response response, Callback callback, Step first) {
            boolean begun = false;
            try (answer) {
                first.run();
                RetainableByteBuffer memory = acquire(response);
                boolean more = read(memory);
                begun = true;
                putHead(answer, response);
                long sent = 0;
                for (; more; more = read(memory)) {
                    sent += memory.getByteBuffer().remaining();
                    write(memory.getByteBuffer(), response);
                }
                long length = answer.content().length();
                if (length >= 0 && sent != length) {
                    throw new EOFException("the content ends " + (length - sent) + " bytes early");
                }
                memory.release(); // Only here: after a failure the buffer may still be in use.
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

        private RetainableByteBuffer acquire(Response response) {
            ByteBufferPool pool = response.getRequest().getComponents().getByteBufferPool();
            return pool.acquire(BUFFER_BYTES, direct);
        }

        private boolean read(RetainableByteBuffer memory) throws IOException {
            ByteBuffer bytes = memory.getByteBuffer().clear();
            int read = filling.fill(bytes);
            bytes.position(0).limit(Math.max(read, 0));
            return read >= 0;
        }

        private void write(ByteBuffer bytes, Response response) throws IOException {
            Callback.Completable taken = Callback.Completable.with(done -> response.write(false, bytes, done));
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

    private static int fill(ByteBuffer into, InputStream from) throws IOException {
        return from.read(into.array(), into.arrayOffset(), into.capacity());
    }

    private static void await(Callback.Completable taken) throws ExecutionException, InterruptedException {
        var _ = taken.get();
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
