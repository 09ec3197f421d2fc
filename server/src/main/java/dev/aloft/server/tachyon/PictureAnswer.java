package dev.aloft.server.tachyon;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// What a client gets.
///
/// @param headers all but `Content-Length`, which is the body's
/// @param body not to be changed
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; copies of pictures would only cost
public record PictureAnswer(int status, HttpFields headers, byte[] body) {

    /// When a client may come back to a server that is busy or down.
    static final long RETRY_AFTER_SECONDS = 5;

    /// One line of text instead of a picture.
    static PictureAnswer text(int status, String text) {
        HttpFields.Mutable headers = HttpFields.build();
        headers.put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            headers.put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return new PictureAnswer(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }
}
