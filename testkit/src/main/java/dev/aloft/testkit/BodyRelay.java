package dev.aloft.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Moves one message's body from one connection to another, byte for byte: chunk sizes, extensions and trailers too.
/// Forwards every piece at once. For one thread; closes nothing.
final class BodyRelay {

    private static final int MAX_CHUNK_LINE_BYTES = 8 * 1024;

    private final InputStream from;
    private final OutputStream to;
    private final LongConsumer counted;
    private final long limitBytes;
    private final @Nullable Pace pace;
    private long passedBytes;

    private BodyRelay(InputStream from, OutputStream to, LongConsumer counted, long limitBytes, @Nullable Pace pace) {
        this.from = from;
        this.to = to;
        this.counted = counted;
        this.limitBytes = limitBytes;
        this.pace = pace;
    }

    /// Moves the whole body. `counted` hears of each piece before it is sent.
    static void whole(Framing framing, InputStream from, OutputStream to, LongConsumer counted, @Nullable Pace pace)
            throws IOException {
        new BodyRelay(from, to, counted, Long.MAX_VALUE, pace).relay(framing);
    }

    /// Moves the beginning of a body: never more than `limitBytes`, and of a shorter body everything but its end (the
    /// last byte of a sized one, the last chunk of a chunked one).
    static void part(Framing framing, InputStream from, OutputStream to, LongConsumer counted, long limitBytes)
            throws IOException {
        long limit = framing instanceof Framing.Sized sized ? Math.min(limitBytes, sized.bytes() - 1) : limitBytes;
        new BodyRelay(from, to, counted, limit, null).relay(framing);
    }

    private void relay(Framing framing) throws IOException {
        switch (framing) {
            case Framing.Empty() -> {}
            case Framing.Sized(long bytes) -> payload(bytes);
            case Framing.Chunked() -> chunks();
            case Framing.UntilClose() -> untilClose();
        }
        to.flush();
    }

    /// @return whether the limit leaves room for more
    private boolean payload(long bytes) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        for (long left = Math.min(bytes, limitBytes - passedBytes); left > 0; ) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("the body ended " + left + " bytes early");
            }
            pass(buffer, read);
            left -= read;
        }
        return passedBytes < limitBytes;
    }

    private void untilClose() throws IOException {
        byte[] buffer = new byte[32 * 1024];
        while (passedBytes < limitBytes) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, limitBytes - passedBytes));
            if (read < 0) {
                return;
            }
            pass(buffer, read);
        }
    }

    private void chunks() throws IOException {
        byte[] line = line();
        for (long size = chunkSize(line); size > 0; size = chunkSize(line)) {
            to.write(line, 0, line.length);
            if (!payload(size)) {
                return;
            }
            byte[] end = line();
            to.write(end, 0, end.length);
            line = line();
        }
        if (!isPart()) {
            lastChunk(line);
        }
    }

    private boolean isPart() {
        return limitBytes != Long.MAX_VALUE;
    }

    private void lastChunk(byte[] line) throws IOException {
        to.write(line, 0, line.length);
        byte[] trailer;
        do {
            trailer = line();
            to.write(trailer, 0, trailer.length);
        } while (trailer.length > 2);
    }

    private void pass(byte[] buffer, int length) throws IOException {
        passedBytes += length;
        if (pace == null) {
            counted.accept(length);
            to.write(buffer, 0, length);
            to.flush();
            return;
        }
        for (int start = 0; start < length; start += pace.bytes()) {
            int step = Math.min(pace.bytes(), length - start);
            pace.await();
            counted.accept(step);
            to.write(buffer, start, step);
            to.flush();
        }
    }

    /// A line with its CRLF.
    private byte[] line() throws IOException {
        byte[] line = new byte[MAX_CHUNK_LINE_BYTES];
        int length = 0;
        while (length == 0 || line[length - 1] != '\n') {
            int octet = from.read();
            if (octet < 0) {
                throw new EOFException("the body ended between two chunks");
            }
            if (length == line.length) {
                throw new IOException("a chunk's line is longer than " + MAX_CHUNK_LINE_BYTES + " bytes");
            }
            line[length++] = (byte) octet;
        }
        return Arrays.copyOf(line, length);
    }

    private static long chunkSize(byte[] line) throws IOException {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        String size = text.split(";", 2)[0].strip();
        try {
            return Long.parseUnsignedLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("cannot understand a chunk's size: " + text.strip(), e);
        }
    }
}
