package dev.aloft.server.edge;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.Content;
import dev.aloft.server.cache.OriginFailure;
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
            byte[] buffer = new byte[BUFFER_BYTES];
            int read = in.read(buffer);
            begun = true;
            putHead(answer, response);
            long sent = 0;
            for (; read >= 0; read = in.read(buffer)) {
                write(ByteBuffer.wrap(buffer, 0, read), in, response);
                sent += read;
            }
            if (content.length() >= 0 && sent != content.length()) {
                throw new EOFException("the content ends " + (content.length() - sent) + " bytes early");
            }
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

    /// Waits until the client has taken the bytes.
    private static void write(ByteBuffer bytes, InputStream source, Response response) throws IOException {
        Callback.Completable taken = Callback.Completable.with(done -> response.write(false, bytes, done));
        Duration idle = Duration.ZERO;
        while (true) {
            try {
                var _ = taken.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                idle = idle.plus(LOOK);
                if (source instanceof UploadBody upload) {
                    upload.idle(idle);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a client took nothing");
            }
        }
    }
}
