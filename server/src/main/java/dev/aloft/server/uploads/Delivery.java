package dev.aloft.server.uploads;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.Content;
import dev.aloft.server.cache.OriginFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
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

    /// How often it looks whether a slow client has taken something.
    private static final Duration LOOK = Duration.ofMillis(100);

    private Delivery() {}

    /// Sends it all, or breaks off; closes the answer in every case. What fails before its first byte is told in words
    /// instead.
    static void send(CacheAnswer answer, Response response, Callback callback) {
        switch (answer.content()) {
            case Content.Bytes(ByteBuffer bytes) -> {
                putHead(answer, response);
                response.write(true, bytes, callback);
            }
            case Content.Streamed streamed -> stream(answer, streamed, response, callback);
        }
    }

    private static void putHead(CacheAnswer answer, Response response) {
        response.setStatus(answer.status());
        HttpField date = answer.headers().getField(HttpHeader.DATE);
        if (date != null) {
            answer.headers().remove(HttpHeader.DATE);
            response.getHeaders().put(date); // The origin's counts, not the time of this answer.
        }
        response.getHeaders().add(answer.headers());
    }

    private static void stream(CacheAnswer answer, Content.Streamed content, Response response, Callback callback) {
        boolean begun = false;
        try (InputStream in = content.stream()) {
            if (in instanceof UploadBody upload) {
                upload.goAtClientsPace();
            }
            Piece piece = Piece.of(in, response);
            boolean more = piece.read();
            begun = true;
            putHead(answer, response);
            long sent = 0;
            for (; more; more = piece.read()) {
                sent += piece.bytes().remaining();
                write(piece.bytes(), in, response);
            }
            if (content.length() >= 0 && sent != content.length()) {
                throw new EOFException("the content ends " + (content.length() - sent) + " bytes early");
            }
            piece.end();
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        } catch (IOException e) {
            if (begun) {
                callback.failed(e); // Breaks the connection, so that half a body does not look whole.
            } else {
                OriginFailure failure = OriginFailure.of(e);
                PlainText.send(response, callback, failure.status(), failure.text());
            }
        }
    }

    /// What is read at once. A file's bytes go from the kernel to the kernel without another copy in the heap.
    private record Piece(InputStream in, RetainableByteBuffer memory) {

        static Piece of(InputStream in, Response response) {
            ByteBufferPool pool = response.getRequest().getComponents().getByteBufferPool();
            return new Piece(in, pool.acquire(BUFFER_BYTES, in instanceof ReadableByteChannel));
        }

        ByteBuffer bytes() {
            return memory.getByteBuffer();
        }

        /// Whether there was something to read.
        boolean read() throws IOException {
            ByteBuffer bytes = bytes().clear();
            int read = in instanceof ReadableByteChannel file
                    ? file.read(bytes)
                    : in.read(bytes.array(), bytes.arrayOffset(), bytes.capacity());
            bytes.position(0).limit(Math.max(read, 0));
            return read >= 0;
        }

        /// Gives the memory back, which nobody sends from any more. After a failure that is not known.
        void end() {
            memory.release();
        }
    }

    /// Waits until the client has taken the bytes, or the connection's idle time is over.
    private static void write(ByteBuffer bytes, InputStream source, Response response) throws IOException {
        Callback.Completable taken = Callback.Completable.with(done -> response.write(false, bytes, done));
        try {
            if (source instanceof UploadBody upload) {
                awaitWatching(taken, upload);
            } else {
                var _ = taken.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a client took nothing");
        }
    }

    /// Tells an upload how long its client has taken nothing.
    private static void awaitWatching(Callback.Completable taken, UploadBody upload)
            throws IOException, ExecutionException, InterruptedException {
        for (Duration idle = LOOK; ; idle = idle.plus(LOOK)) {
            try {
                var _ = taken.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                upload.idle(idle);
            }
        }
    }
}
