package dev.aloft.server.edge;

import dev.aloft.store.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Sends the bytes of an answer whose length is known, in constant memory.
final class Body {

    private static final int BUFFER_BYTES = 64 << 10;

    private Body() {}

    /// Answers 200 or 206. The callback succeeds when all has been sent; whatever fails is thrown, and then the answer
    /// has not begun, or the caller has to break it off.
    ///
    /// @param bytes those of the part, or all
    /// @param part null for all
    /// @param size of the whole
    static void send(InputStream bytes, @Nullable ByteRange part, long size, Response response, Callback callback)
            throws IOException {
        long length = part == null ? size : part.length();
        byte[] buffer = new byte[Math.clamp(length, 1, BUFFER_BYTES)];
        int read = length == 0 ? 0 : readSome(bytes, buffer, length);
        response.setStatus(part == null ? HttpStatus.OK_200 : HttpStatus.PARTIAL_CONTENT_206);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        if (part != null) {
            response.getHeaders()
                    .put(HttpHeader.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + size);
        }
        // Not closed when something fails: that would end the answer as if it were whole.
        OutputStream out = Content.Sink.asOutputStream(response);
        for (long left = length; left > 0; ) {
            out.write(buffer, 0, read);
            left -= read;
            read = left == 0 ? 0 : readSome(bytes, buffer, left);
        }
        out.close();
        callback.succeeded();
    }

    private static int readSome(InputStream bytes, byte[] buffer, long left) throws IOException {
        int read = bytes.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
            throw new EOFException("the content ends " + left + " bytes early");
        }
        return read;
    }
}
