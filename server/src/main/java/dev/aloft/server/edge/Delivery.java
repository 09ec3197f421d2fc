package dev.aloft.server.edge;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.Content;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Sends what the cache answers: bytes in memory at once and without waiting, streams through a small buffer.
final class Delivery {

    private static final int BUFFER_BYTES = 64 << 10;

    private Delivery() {}

    /// Sends it all, or breaks off; closes the answer in every case.
    static void send(CacheAnswer answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        HttpField date = answer.headers().getField(HttpHeader.DATE);
        if (date != null) {
            answer.headers().remove(HttpHeader.DATE);
            response.getHeaders().put(date); // The origin's counts, not the time of this answer.
        }
        response.getHeaders().add(answer.headers());
        switch (answer.content()) {
            case Content.Bytes(ByteBuffer bytes) -> response.write(true, bytes, callback);
            case Content.Streamed streamed -> stream(streamed, response, callback);
        }
    }

    private static void stream(Content.Streamed content, Response response, Callback callback) {
        try (InputStream in = content.stream()) {
            // Not closed when something fails: that would end the answer as if it were whole.
            OutputStream out = org.eclipse.jetty.io.Content.Sink.asOutputStream(response);
            byte[] buffer = new byte[BUFFER_BYTES];
            long sent = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                if (content.length() < 0) {
                    out.flush();
                }
                sent += read;
            }
            if (content.length() >= 0 && sent != content.length()) {
                throw new EOFException("the content ends " + (content.length() - sent) + " bytes early");
            }
            out.close();
            callback.succeeded();
        } catch (IOException e) {
            callback.failed(e); // Breaks the connection, so that half a body does not look whole.
        }
    }
}
