package dev.aloft.server.cache;

import java.io.IOException;
import org.eclipse.jetty.http.HttpFields;

/// What a client gets: an answer that was stored, or one of the origin that passes through. Whoever holds it closes
/// it.
///
/// @param headers end to end ones, `Age` and `Cache-Status` among them; the caller may change them
/// @param content none for a HEAD, whatever `Content-Length` says
public record CacheAnswer(int status, HttpFields.Mutable headers, Content content) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        content.close();
    }
}
