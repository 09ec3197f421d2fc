package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpFields;

/// An answer of an origin, with a body that is read from the connection. The owner closes it; closing it before the end
/// drops the connection.
///
/// @param headers as received
/// @param length of the body in bytes, or -1 if unknown until the end
/// @param body throws if it ends early
public record OriginAnswer(int status, HttpFields headers, long length, InputStream body) implements AutoCloseable {

    /// An answer without a body.
    public static OriginAnswer empty(int status, HttpFields headers) {
        return new OriginAnswer(status, headers, 0, InputStream.nullInputStream());
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
