package dev.aloft.backup;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// Bytes in S3, fetched range by range, so that a reader that takes hours holds no connection to S3. Holds one range.
/// For one thread.
public abstract class RangeStream extends InputStream {

    /// Most bytes of a range.
    protected static final int MAX_RANGE_BYTES = 4 << 20;

    private byte[] range = new byte[0];
    private int at;

    /// For the classes that know where the bytes lie.
    protected RangeStream() {}

    /// Fetches the next range.
    ///
    /// @return empty at the end
    protected abstract byte[] next() throws IOException;

    @Override
    public final int read() throws IOException {
        return fill() ? range[at++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(count, available());
        System.arraycopy(range, at, bytes, offset, n);
        at += n;
        return n;
    }

    @Override
    public final int available() {
        return range.length - at;
    }

    private boolean fill() throws IOException {
        if (available() == 0) {
            range = next();
            at = 0;
        }
        return available() > 0;
    }
}
