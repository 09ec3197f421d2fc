package dev.aloft.image;

import dev.aloft.image.PictureException.Kind;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Upload of an original to the worker, on its own thread: a worker that has read enough answers before the end.
/// Records what stopped it, so that neither the worker nor the picture is blamed.
final class OriginalUpload implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(OriginalUpload.class);

    private final List<RenderRequest> requests;
    private final InputStream original;
    private final AtomicLong waitedNanos = new AtomicLong();
    private volatile boolean isWaiting;
    private volatile boolean sent;
    private volatile boolean overdue;
    private volatile @Nullable IOException broken;

    OriginalUpload(List<RenderRequest> requests, InputStream original) {
        this.requests = requests;
        this.original = original;
    }

    /// Sends everything and closes the original.
    void to(SocketChannel channel) {
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES));
        try (original) {
            WorkerProtocol.writeRequests(out, requests);
            WorkerProtocol.writeOriginal(out, timed(original), failure -> broken = failure);
            sent = true;
        } catch (IOException e) {
            LOG.debug("the worker stopped reading early", e);
        }
    }

    private InputStream timed(InputStream bytes) {
        return new FilterInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                waitedNanos.addAndGet(-System.nanoTime()); // so that a reading that does not end counts, too
                isWaiting = true;
                try {
                    return super.read(target, offset, length);
                } finally {
                    isWaiting = false;
                    waitedNanos.addAndGet(System.nanoTime());
                }
            }
        };
    }

    /// Time that the worker waited for bytes of the original.
    Duration waited() {
        return Duration.ofNanos(waitedNanos.get() + (isWaiting ? System.nanoTime() : 0));
    }

    /// Ends an overdue exchange. A worker that has everything and does not answer is killed.
    void endOverdue(WorkerProcess worker, SocketChannel channel) {
        overdue = true;
        if (sent) {
            worker.kill();
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("cannot close a connection to the worker", e);
        }
    }

    /// @throws IOException what the original failed with
    void requireSound() throws IOException, PictureException {
        IOException failure = broken;
        if (failure != null) {
            throw failure;
        }
        if (overdue) {
            throw new PictureException(Kind.TOO_SLOW, "the picture takes too long to make");
        }
    }

    /// Closes an original that was not sent completely.
    @Override
    public void close() {
        if (sent) {
            return;
        }
        try {
            original.close();
        } catch (IOException e) {
            LOG.debug("cannot close an unused original", e);
        }
    }
}
