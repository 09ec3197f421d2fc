package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpFields;

/// An answer of an origin, its body still under way. Whoever holds it closes it; closing before the end gives the
/// connection up.
///
/// @param headers as they came
/// @param length of the body in bytes, or -1 when only its end will tell
/// @param body fails when it ends before it is whole
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
