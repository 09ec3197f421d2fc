package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Several ranges of one body as `multipart/byteranges` (RFC 9110, 14.6).
record Multipart(ByteRanges ranges, @Nullable String type, String boundary) {

    /// @param type of the body
    static Multipart of(ByteRanges ranges, @Nullable String type) {
        // It need not be secret, and is long enough not to occur in a body by chance.
        String boundary = "aloft-%016x%016x"
                .formatted(
                        ThreadLocalRandom.current().nextLong(),
                        ThreadLocalRandom.current().nextLong());
        return new Multipart(ranges, type, boundary);
    }

    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /// Opens one range of the body.
    interface Part {
        Content open(Range range) throws Origin.Failure;
    }

    /// Headers and parts in one stream. All parts are open from the beginning: a body in memory counts as taken also
    /// while a client takes the headers.
    Content content(Part part) throws Origin.Failure {
        byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        long length = end.length;
        List<InputStream> pieces = new ArrayList<>();
        try {
            for (Range range : ranges.ranges()) {
                byte[] head = head(range).getBytes(StandardCharsets.UTF_8);
                length += head.length + range.length();
                pieces.add(new ByteArrayInputStream(head));
                pieces.add(part.open(range).stream());
            }
        } catch (Origin.Failure e) {
            close(joined(pieces), e);
            throw e;
        }
        pieces.add(new ByteArrayInputStream(end));
        return new Content.Streamed(joined(pieces), length);
    }

    /// Closes each piece at its end, and when it is closed the rest.
    private static InputStream joined(List<InputStream> pieces) {
        return new SequenceInputStream(Collections.enumeration(pieces));
    }

    private static void close(InputStream opened, Origin.Failure failure) {
        try {
            opened.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private String head(Range range) {
        return "\r\n--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Range: "
                + range.header(ranges.size()) + "\r\n\r\n";
    }
}
