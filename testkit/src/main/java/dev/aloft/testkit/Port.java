package dev.aloft.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A free port of 127.0.0.1, held from opening to closing: it accepts connections in a separate thread, or refuses
/// them. While it refuses, a socket that does not listen holds it. Otherwise another program might get the port, or a
/// client that retries might get it as its own local port and connect to itself.
///
/// Accepting, refusing and closing take effect before they return. For one thread at a time.
final class Port implements Closeable {

    private static final int BACKLOG = 512;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ExecutorService threads;
    private final Consumer<SocketChannel> guests;
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private @Nullable SocketChannel held;
    private @Nullable ServerSocketChannel listening;
    private @Nullable Future<?> accepting;

    private Port(ExecutorService threads, Consumer<SocketChannel> guests) {
        this.threads = threads;
        this.guests = guests;
    }

    /// Opens a free port, which accepts.
    ///
    /// @param guests gets each connection, in the accepting thread
    static Port open(ExecutorService threads, Consumer<SocketChannel> guests) throws IOException {
        Port port = new Port(threads, guests);
        port.accept();
        return port;
    }

    /// The number, which does not change.
    int number() {
        return address.getPort();
    }

    /// Accepts from now on.
    void accept() throws IOException {
        if (listening != null) {
            return;
        }
        release();
        ServerSocketChannel opened = ServerSocketChannel.open();
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            opened.bind(address, BACKLOG);
            address = (InetSocketAddress) opened.getLocalAddress();
        } catch (IOException e) {
            opened.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
        listening = opened;
        accepting = threads.submit(() -> accept(opened));
    }

    /// Refuses from now on; what was accepted stays.
    void refuse() throws IOException {
        if (listening != null) {
            stopListening();
            SocketChannel holder = SocketChannel.open();
            held = holder;
            holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            holder.bind(address);
        }
    }

    /// Gives the port back.
    @Override
    public void close() throws IOException {
        stopListening();
        release();
    }

    private void accept(ServerSocketChannel channel) {
        while (channel.isOpen()) {
            try {
                guests.accept(channel.accept());
            } catch (IOException e) {
                // This guest has left already, or the channel is closed.
            }
        }
    }

    /// The system closes a socket only when no thread waits on it any more.
    private void stopListening() throws IOException {
        if (listening == null || accepting == null) {
            return;
        }
        listening.close();
        try {
            accepting.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("cannot stop listening on " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while closing " + address);
        }
        listening = null;
        accepting = null;
    }

    private void release() throws IOException {
        if (held != null) {
            held.close();
            held = null;
        }
    }
}
