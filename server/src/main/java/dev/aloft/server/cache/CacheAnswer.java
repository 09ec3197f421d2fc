package dev.aloft.server.cache;

import java.io.IOException;
import org.eclipse.jetty.http.HttpFields;

/// An answer to a client, stored or passed through from the origin. The caller closes it.
///
/// @param headers end to end ones, `Age` and `Cache-Status` among them; the caller may change them
/// @param content none for a HEAD, whatever `Content-Length` says
public record CacheAnswer(int status, HttpFields.Mutable headers, Content content) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        content.close();
    }
}
