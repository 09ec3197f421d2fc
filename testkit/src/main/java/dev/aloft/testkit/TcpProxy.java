package dev.aloft.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A proxy before a server of 127.0.0.1, byte for byte, which can be cut off from it, slowed down and broken. Safe for
/// many threads.
public final class TcpProxy implements Closeable {

    private static final int BUFFER_BYTES = 16 << 10;

    private final int server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Port port;
    private boolean held;
    private volatile Duration delay = Duration.ZERO;

    private TcpProxy(int server) throws IOException {
        this.server = server;
        this.port = Port.open(threads, this::relay);
    }

    /// A proxy on a free port.
    ///
    /// @param server its port
    public static TcpProxy before(int server) throws IOException {
        return new TcpProxy(server);
    }

    public int port() {
        return port.number();
    }

    /// From now on nothing passes, and no connection breaks: as in a network that loses every packet.
    public void hold() {
        set(true);
    }

    /// Everything passes again, also what was held.
    public void release() {
        set(false);
    }

    /// From now on bytes pass this much later, at least, in each direction; those of one connection in their order.
    public void delay(Duration time) {
        delay = time;
    }

    /// Breaks all connections.
    public void cut() throws IOException {
        for (SocketChannel channel : open) {
            close(channel);
        }
    }

    private void set(boolean now) {
        lock.lock();
        try {
            held = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitRelease() throws InterruptedException {
        lock.lock();
        try {
            while (held) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void relay(SocketChannel client) {
        open.add(client);
        Future<?> _ = threads.submit(() -> {
            SocketChannel upstream =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
            open.add(upstream);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Future<?> _ = threads.submit(() -> copy(client, upstream));
            copy(upstream, client);
            return null;
        });
    }

    private Void copy(SocketChannel from, SocketChannel to) throws InterruptedException, IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(bytes.clear()) >= 0) {
                Thread.sleep(delay);
                awaitRelease();
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } finally {
            awaitRelease();
            close(from);
            close(to);
        }
        return null;
    }

    private void close(SocketChannel channel) throws IOException {
        open.remove(channel);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        port.close();
        cut();
        threads.shutdownNow();
    }
}
