package dev.aloft.image.worker;

import dev.aloft.image.PictureException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Stream of an original for libvips: counted, limited, and with its failure recorded, because libvips cannot report
/// one. For one thread at a time.
final class OriginalBytes implements ByteReader {

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream bytes;
    private final long limit;
    private final Deadline deadline;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private long read;
    private volatile boolean overLimit;
    private volatile @Nullable IOException failure;

    OriginalBytes(InputStream bytes, long limit, Deadline deadline) {
        this.bytes = bytes;
        this.limit = limit;
        this.deadline = deadline;
    }

    /// First bytes; they stay unread.
    ///
    /// @param count maximum
    byte[] start(int count) throws IOException {
        while (end < count) {
            int got = bytes.read(buffer, end, buffer.length - end);
            if (got < 0) {
                break;
            }
            end += got;
        }
        return Arrays.copyOf(buffer, Math.min(end, count));
    }

    /// Fills the whole target, except at the end: some loaders of libvips take a short read for the end.
    @Override
    public long read(MemorySegment target) {
        long filled = 0;
        while (filled < target.byteSize()) {
            long count = readSome(target.asSlice(filled));
            if (count < 0) {
                return -1;
            }
            if (count == 0) {
                break;
            }
            filled += count;
        }
        return filled;
    }

    private long readSome(MemorySegment target) {
        if (failure != null || overLimit || deadline.isOver()) {
            return -1;
        }
        try {
            if (next == end) {
                next = 0;
                end = Math.max(0, bytes.read(buffer, 0, buffer.length));
            }
        } catch (IOException e) {
            failure = e;
            return -1;
        }
        int count = (int) Math.min(end - next, target.byteSize());
        read += count;
        if (read > limit) {
            overLimit = true;
            return -1;
        }
        MemorySegment.copy(buffer, next, target, ValueLayout.JAVA_BYTE, 0, count);
        next += count;
        return count;
    }

    /// Throws if anything but the end stopped the stream; the rendition is then invalid.
    void requireSound() throws PictureException {
        IOException stopped = failure;
        if (stopped != null) {
            throw cutOff(stopped);
        }
        if (overLimit) {
            throw new PictureException(
                    PictureException.Kind.TOO_LARGE, "the picture has more than " + limit + " bytes");
        }
    }

    static PictureException cutOff(IOException e) {
        return new PictureException(
                PictureException.Kind.CUT_OFF, "the picture's bytes stopped coming: " + e.getMessage(), e);
    }
}
