package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
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

    /// Headers and parts in one stream. Each part is opened when it is reached.
    Content content(Part part) {
        byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        long length = end.length;
        List<IoSupplier> pieces = new ArrayList<>();
        for (Range range : ranges.ranges()) {
            byte[] head = head(range).getBytes(StandardCharsets.UTF_8);
            length += head.length + range.length();
            pieces.add(() -> new ByteArrayInputStream(head));
            pieces.add(() -> part.open(range).stream());
        }
        pieces.add(() -> new ByteArrayInputStream(end));
        return new Content.Streamed(new Joined(pieces.iterator()), length);
    }

    private interface IoSupplier {
        InputStream open() throws IOException;
    }

    /// Streams one after another.
    private static final class Joined extends InputStream {

        private final Iterator<IoSupplier> left;
        private InputStream now = InputStream.nullInputStream();

        Joined(Iterator<IoSupplier> pieces) {
            this.left = pieces;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            int read = now.read(into, offset, count);
            while (read < 0 && left.hasNext()) {
                now.close();
                now = left.next().open();
                read = now.read(into, offset, count);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            now.close();
        }
    }

    private String head(Range range) {
        return "\r\n--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Range: "
                + range.header(ranges.size()) + "\r\n\r\n";
    }
}
