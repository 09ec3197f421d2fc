package dev.aloft.server.uploads;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The edge's own answers: a line of text for people, which reveals nothing about what lies behind the edge.
public final class PlainText {

    /// The time after which a client may retry.
    static final long RETRY_AFTER_SECONDS = 5;

    /// The value of `Content-Type`.
    public static final String TYPE = "text/plain; charset=utf-8";

    private PlainText() {}

    /// Gives the server's own errors, such as a request that cannot be read, the same form.
    public static Request.Handler errors() {
        return (_, response, callback) -> send(response, callback, response.getStatus());
    }

    /// Answers with the status's own name.
    public static boolean send(Response response, Callback callback, int status) {
        return send(response, callback, status, HttpStatus.getMessage(status));
    }

    /// Answers with a text that no cache keeps; a 503 says when to retry.
    ///
    /// @param text one line, without the line break
    /// @return true, as Jetty's handlers do when they take a request
    public static boolean send(Response response, Callback callback, int status, String text) {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, TYPE);
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            headers.put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
