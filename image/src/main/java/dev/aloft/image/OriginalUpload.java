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

/// An original on its way to the worker, on a thread of its own: a worker that has seen enough answers before the end.
/// What stops it is known, so that neither the worker nor the picture is blamed for it.
final class OriginalUpload implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(OriginalUpload.class);

    private final List<RenderRequest> orders;
    private final InputStream original;
    private final AtomicLong waitedNanos = new AtomicLong();
    private volatile boolean isWaiting;
    private volatile boolean sent;
    private volatile boolean overdue;
    private volatile @Nullable IOException broken;

    OriginalUpload(List<RenderRequest> orders, InputStream original) {
        this.orders = orders;
        this.original = original;
    }

    /// Sends all of it, and closes the original.
    void to(SocketChannel channel) {
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES));
        try (original) {
            WorkerProtocol.writeRequests(out, orders);
            WorkerProtocol.writeOriginal(out, timed(original), failure -> broken = failure);
            sent = true;
        } catch (IOException e) {
            LOG.debug("the worker wanted no more", e);
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

    /// How long the original's bytes let the worker wait.
    Duration waited() {
        return Duration.ofNanos(waitedNanos.get() + (isWaiting ? System.nanoTime() : 0));
    }

    /// Ends an exchange that has taken too long. A worker that has all it needs, and does not answer, is killed.
    void endOverdue(WorkerProcess worker, SocketChannel channel) {
        overdue = true;
        if (sent) {
            worker.kill();
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a connection to the worker does not close", e);
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

    /// Gives up what has not been sent.
    @Override
    public void close() {
        if (sent) {
            return;
        }
        try {
            original.close();
        } catch (IOException e) {
            LOG.debug("an original that nobody wants does not close", e);
        }
    }
}
