package dev.aloft.server.agent;

import dev.aloft.files.FileLocks;
import dev.aloft.files.FilePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;

/// The locks on one site's files. A lock belongs to the connection that it was taken on, and ends with it: when its
/// process dies, the lock is gone. A connection holds one at most, and may then be silent for [#LOCK_IDLE_LIMIT].
final class Locks {

    /// The longest wait for a lock. Shorter than a client's for an answer.
    static final Duration WAIT_LIMIT = Duration.ofSeconds(25);

    /// The time for which a connection that holds a lock may be silent.
    static final Duration LOCK_IDLE_LIMIT = Duration.ofHours(24);

    private static final String HELD = "aloft.lock";

    private final FileLocks locks = new FileLocks();

    /// Takes a lock for the request's connection, if that is possible within `wait`.
    boolean take(Request request, FilePath path, boolean shared, Duration wait) throws IOException {
        ConnectionMetaData client = request.getConnectionMetaData();
        if (client.getAttribute(HELD) != null) {
            throw new FileSystemException(path.value(), null, "this connection holds a lock already");
        }
        Optional<FileLocks.Hold> hold = hold(path, shared, wait);
        hold.ifPresent(lock -> give(lock, path, request, client));
        return hold.isPresent();
    }

    private Optional<FileLocks.Hold> hold(FilePath path, boolean shared, Duration wait) throws IOException {
        try {
            return locks.take(path, shared, wait.compareTo(WAIT_LIMIT) < 0 ? wait : WAIT_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the lock on " + path);
        }
    }

    /// A connection that ended while it waited is noticed here, or when it is answered; either way it is closed.
    private static void give(FileLocks.Hold lock, FilePath path, Request request, ConnectionMetaData client) {
        client.setAttribute(HELD, new Held(path, lock));
        client.getConnection().addEventListener(new Connection.Listener() {
            @Override
            public void onClosed(Connection connection) {
                lock.close();
            }
        });
        if (!client.getConnection().getEndPoint().isOpen()) {
            lock.close();
        }
        request.addHttpStreamWrapper(stream -> new HttpStream.Wrapper(stream) {
            @Override
            public void succeeded() {
                client.getConnection().getEndPoint().setIdleTimeout(LOCK_IDLE_LIMIT.toMillis());
                super.succeeded();
            }
        });
    }

    /// Lets the lock of the request's connection go; the connection ends with it.
    ///
    /// @throws FileSystemException when it holds none on that path
    void release(Request request, FilePath path) throws IOException {
        if (!(request.getConnectionMetaData().getAttribute(HELD) instanceof Held held)
                || !held.path().equals(path)) {
            throw new FileSystemException(path.value(), null, "this connection holds no lock on it");
        }
        held.lock().close();
    }

    private record Held(FilePath path, FileLocks.Hold lock) {}
}
