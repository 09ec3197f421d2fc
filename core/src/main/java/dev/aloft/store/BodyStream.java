package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;

/// The bytes of an answer of S3, as many as it announced.
///
/// An answer that ends early is an error here, never a shorter file; so is one whose bytes do not have the checksum
/// that came with it. Closed before its end, it gives the connection up instead of reading the rest. For one thread.
final class BodyStream extends InputStream {

    private final AbortableInputStream answer;
    private final String uri;
    private final long length;
    private final @Nullable BodyChecksum checksum;
    private final StoreFigures figures;
    private final LongConsumer whenClosed;
    private long read;
    private boolean closed;

    /// @param checksum of all bytes; null for none
    /// @param whenClosed takes the number of bytes read, once
    BodyStream(
            AbortableInputStream answer,
            String uri,
            long length,
            @Nullable BodyChecksum checksum,
            StoreFigures figures,
            LongConsumer whenClosed) {
        this.answer = answer;
        this.uri = uri;
        this.length = length;
        this.checksum = checksum;
        this.figures = figures;
        this.whenClosed = whenClosed;
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
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(); // a platform thread would not notice it while it reads
            }
            n = answer.read(bytes, offset, count);
        } catch (IOException e) {
            throw S3Errors.of("read " + uri, e);
        }
        if (n < 0 && read < length) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "cannot read " + uri + ": expected " + length + " bytes, got " + read);
        }
        if (n > 0) {
            read += n;
            verify(bytes, offset, n);
        }
        return n;
    }

    /// Verifies with the last byte, since a reader that knows the length does not ask for more.
    private void verify(byte[] bytes, int offset, int count) throws StoreException {
        if (checksum != null) {
            checksum.update(bytes, offset, count);
            if (read == length) {
                checksum.verify(uri);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        figures.closed();
        try {
            if (read < length || Thread.currentThread().isInterrupted()) {
                answer.abort();
            } else {
                answer.close();
            }
        } finally {
            whenClosed.accept(read);
        }
    }
}
