package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Several ranges of one body as `multipart/byteranges` (RFC 9110, 14.6).
record Multipart(ByteRanges ranges, @Nullable String type, String boundary) {

    /// @param type of the body
    static Multipart of(ByteRanges ranges, @Nullable String type) {
        // Nothing depends on its being secret; that it is in no body, which is the sender's duty, is left to chance.
        String boundary = "aloft-%016x%016x"
                .formatted(
                        ThreadLocalRandom.current().nextLong(),
                        ThreadLocalRandom.current().nextLong());
        return new Multipart(ranges, type, boundary);
    }

    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    ByteBuffer fill(ByteBuffer body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Range range : ranges.ranges()) {
            byte[] part = new byte[(int) range.length()];
            body.get((int) range.first(), part);
            all.writeBytes(head(range).getBytes(StandardCharsets.UTF_8));
            all.writeBytes(part);
        }
        all.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.wrap(all.toByteArray());
    }

    private String head(Range range) {
        return "\r\n--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Range: "
                + range.header(ranges.size()) + "\r\n\r\n";
    }
}
