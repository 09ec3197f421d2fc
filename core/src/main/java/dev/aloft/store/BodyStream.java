package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/// The bytes of an answer of S3, as many as it announced.
///
/// An answer that ends early is an error here, never a shorter file. Closed before its end, it gives the connection up
/// instead of reading the rest. For one thread.
final class BodyStream extends InputStream {

    private final ResponseInputStream<?> answer;
    private final String uri;
    private final long length;
    private final StoreFigures figures;
    private long read;
    private boolean closed;

    BodyStream(ResponseInputStream<?> answer, String uri, long length, StoreFigures figures) {
        this.answer = answer;
        this.uri = uri;
        this.length = length;
        this.figures = figures;
        figures.opened();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int n;
        try {
            n = answer.read(bytes, offset, count);
        } catch (IOException e) {
            throw S3Errors.of("read " + uri, e);
        } catch (SdkException e) {
            throw S3Errors.of("read " + uri, e);
        }
        if (n < 0 && read < length) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "cannot read " + uri + ": expected " + length + " bytes, got " + read);
        }
        read += Math.max(n, 0);
        return n;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            figures.closed();
        }
        if (read < length || Thread.currentThread().isInterrupted()) {
            answer.abort();
        } else {
            answer.close();
        }
    }
}
