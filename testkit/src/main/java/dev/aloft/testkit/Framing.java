package dev.aloft.testkit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Length of the body of an HTTP/1.1 message (RFC 9112, section 6.3).
sealed interface Framing {

    /// There is no body.
    record Empty() implements Framing {}

    /// The body has this many bytes.
    record Sized(long bytes) implements Framing {}

    /// The body comes in chunks, the last one empty.
    record Chunked() implements Framing {}

    /// The body ends with the connection.
    record UntilClose() implements Framing {}

    /// The framing of a request's body.
    static Framing ofRequest(HttpHead head) throws IOException {
        return head.says("Transfer-Encoding", "chunked") ? new Chunked() : sized(head, new Empty());
    }

    /// The framing of the body of an answer to a request with this method.
    static Framing ofAnswer(HttpHead head, String method) throws IOException {
        int status = head.status();
        if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            return new Empty();
        }
        return head.says("Transfer-Encoding", "chunked") ? new Chunked() : sized(head, new UntilClose());
    }

    private static Framing sized(HttpHead head, Framing otherwise) throws IOException {
        @Nullable String length = head.field("Content-Length");
        if (length == null) {
            return otherwise;
        }
        try {
            long bytes = Long.parseUnsignedLong(length);
            return bytes == 0 ? new Empty() : new Sized(bytes);
        } catch (NumberFormatException e) {
            throw new IOException("cannot understand Content-Length: " + length, e);
        }
    }
}
