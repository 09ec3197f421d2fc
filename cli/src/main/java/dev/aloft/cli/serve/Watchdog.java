package dev.aloft.cli.serve;

import dev.aloft.linux.ServiceManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to the service manager, twice in each of its intervals, that the process answers. If it answers on none of
/// its sockets there is no report, and the manager restarts the process. One socket is enough: a site whose PHP holds
/// all connections of its own socket must not end the service of the others.
///
/// Asks for the agent's state, which needs no request to S3: an outage of S3 is no reason for a restart. Of an edge
/// any reaction counts, also the end of the connection: it may expect TLS or the PROXY protocol.
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: aloft\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServiceManager manager;
    private final List<SocketAddress> sockets;
    private final Set<SocketAddress> asked = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("aloft-watchdog").daemon().factory());

    private Watchdog(ServiceManager manager, List<SocketAddress> sockets) {
        this.manager = manager;
        this.sockets = sockets;
    }

    /// @param interval longest time between two reports
    /// @param sockets of this process: the agent's, or the edge's
    static Watchdog start(ServiceManager manager, Duration interval, List<SocketAddress> sockets) {
        Watchdog watchdog = new Watchdog(manager, List.copyOf(sockets));
        long half = interval.toMillis() / 2;
        var _ = watchdog.timer.scheduleAtFixedRate(watchdog::askAll, 0, Math.max(half, 1), TimeUnit.MILLISECONDS);
        return watchdog;
    }

    /// Asks on each socket that is not still being asked.
    private void askAll() {
        for (SocketAddress socket : sockets) {
            if (asked.add(socket)) {
                Thread.ofVirtual().name("aloft-watchdog-", 0).start(() -> ask(socket));
            }
        }
    }

    /// A server that accepts and does not answer blocks here, and is not asked again.
    private void ask(SocketAddress socket) {
        try (SocketChannel server = SocketChannel.open(socket)) {
            server.write(ByteBuffer.wrap(REQUEST));
            if (server.read(ByteBuffer.allocate(1)) == 1 || socket instanceof InetSocketAddress) {
                manager.alive();
            }
        } catch (IOException e) {
            LOG.warn("nothing answers on {}: {}", socket, e.getMessage());
        } finally {
            asked.remove(socket);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
