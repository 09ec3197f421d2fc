package dev.aloft.server.agent;

import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A request's body that fails when it grows beyond a limit, announced or not.
final class BoundedBody extends FilterInputStream {

    private final String failure;
    private long left;

    BoundedBody(InputStream in, long limitBytes, String failure) {
        super(in);
        this.left = limitBytes;
        this.failure = failure;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int read) throws StoreException {
        left -= read;
        if (left < 0) {
            throw new StoreException(Kind.TOO_LARGE, failure);
        }
    }
}
