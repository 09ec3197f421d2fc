package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;

/// A range of a [ByteSource] as the body of a request: read again for each attempt, and never held.
///
/// Its request has the time limit on silence instead of on its whole time, so that a slow line can send a body of any
/// size. A source that cannot be read, or ends early, fails the request at once, with the source's own exception. For
/// one request and thread.
final class SourceBody implements ContentStreamProvider {

    private final ByteSource source;
    private final long offset;
    private final long length;
    private final String attempt;
    private Runnable progress = () -> {};
    private @Nullable Reading reading;
    private @Nullable IOException failure;

    /// @param attempt for messages: `write s3://media/cat.jpg`
    SourceBody(ByteSource source, long offset, long length, String attempt) {
        this.source = source;
        this.offset = offset;
        this.length = length;
        this.attempt = attempt;
    }

    /// A request that sends this body.
    interface Sending<T> {
        T run() throws IOException;
    }

    long length() {
        return length;
    }

    /// Calls `moved` whenever bytes were read.
    void onProgress(Runnable moved) {
        progress = moved;
    }

    /// Makes the request, and closes the source.
    <T> T send(Sending<T> request) throws IOException {
        try {
            return request.run();
        } catch (StoreException e) {
            throw failure == null ? e : failure;
        } finally {
            closeReading();
        }
    }

    @Override
    public InputStream newStream() {
        closeReading();
        Reading next = new Reading();
        reading = next;
        return next;
    }

    private void closeReading() {
        if (reading != null) {
            reading.close();
        }
    }

    /// Not an `IOException`, which would be taken for a broken connection, and repeated.
    private SdkClientException failed(IOException e) {
        failure = e;
        return SdkClientException.create("the source of the body cannot be read: " + e.getMessage());
    }

    /// One reading, opened with its first byte.
    private final class Reading extends InputStream {

        private long left = length;
        private @Nullable InputStream bytes;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int at, int count) {
            if (left == 0) {
                return -1;
            }
            try {
                int n = opened().read(target, at, (int) Math.min(count, left));
                if (n < 0) {
                    throw new StoreException(
                            Kind.INVALID,
                            "cannot " + attempt + ": expected " + (offset + length) + " bytes, got "
                                    + (offset + length - left));
                }
                left -= n;
                progress.run();
                return n;
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private InputStream opened() throws IOException {
            if (bytes == null) {
                bytes = source.open(offset);
            }
            return bytes;
        }

        @Override
        public void close() {
            left = 0;
            try (InputStream _ = bytes) {
                bytes = null;
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }
}
