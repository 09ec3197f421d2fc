package dev.aloft.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first bytes of a stream, and then its end. Closing it closes the stream.
final class LimitedStream extends FilterInputStream {

    private long left;

    LimitedStream(InputStream in, long limitBytes) {
        super(in);
        this.left = limitBytes;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            return -1;
        }
        int b = super.read();
        if (b >= 0) {
            left--;
        }
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = super.read(bytes, offset, (int) Math.min(count, left));
        left -= Math.max(n, 0);
        return n;
    }

    @Override
    public long skip(long count) throws IOException {
        long n = super.skip(Math.min(count, left));
        left -= n;
        return n;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(super.available(), left);
    }
}
