package dev.aloft.nio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;

/// The bytes of one version of a file, as they come from S3. An interrupt closes it. For one thread.
final class S3InputStream extends InputStream {

    private final S3Path path;
    private final InputStream body;
    private volatile boolean closed;

    private S3InputStream(S3Path path, InputStream body) {
        this.path = path;
        this.body = body;
    }

    static S3InputStream open(S3Path path, InputStream body) {
        S3InputStream stream = new S3InputStream(path, body);
        path.getFileSystem().opened(stream);
        return stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (closed) {
            throw new IOException("the stream of " + path.uri() + " is closed");
        }
        try {
            return body.read(bytes, offset, count);
        } catch (IOException e) {
            throw Failures.isInterrupt(e) ? closedByInterrupt() : Failures.of(path, e);
        }
    }

    private ClosedByInterruptException closedByInterrupt() throws IOException {
        close();
        return new ClosedByInterruptException();
    }

    @Override
    public int available() throws IOException {
        return closed ? 0 : body.available();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            path.getFileSystem().ended(this);
            body.close();
        }
    }
}
