package dev.aloft.server.edge;

import dev.aloft.server.ConnectionDrain;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Limits the connections of clients: idle ones are closed to make room for others.
///
/// An idle connection is closed when the head of its next request does not arrive within its limit. When few
/// connections are left, the one that has been idle longest is closed. When one address has too many, its longest idle
/// connection is closed, or the new one if none is idle. Safe for many threads.
final class ClientConnections extends ConnectionDrain {

    /// The time that an idle connection stays open during shutdown for a request already on its way.
    static final Duration GRACE = Duration.ofSeconds(1);

    /// The interval of the search for request heads that take too long.
    private static final long SWEEP_MILLIS = 250;

    private static final int IPV6_NETWORK_BYTES = 8;
    private static final long LOG_INTERVAL_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

    private final EdgeSettings.Limits limits;
    private final ForwardedHeaders peers;
    private final Map<EndPoint, Client> clients = new HashMap<>();
    private final Map<ByteBuffer, Address> addresses = new HashMap<>();
    private final SequencedSet<Client> idle = new LinkedHashSet<>();
    private long loggedAt = NanoTime.now() - TimeUnit.SECONDS.toNanos(LOG_INTERVAL_SECONDS);

    ClientConnections(EdgeSettings.Limits limits, ForwardedHeaders peers, Handler next) {
        super(next, GRACE);
        this.limits = limits;
        this.peers = peers;
    }

    /// One connection. Its fields are guarded by the whole.
    private static final class Client {

        private final EndPoint endPoint;
        private final @Nullable Address address;

        /// When its next request began; for a new connection, when that was opened. Null while nothing has come.
        private @Nullable Long begun = NanoTime.now();

        private long bytesBefore;

        Client(EndPoint endPoint, @Nullable Address address) {
            this.endPoint = endPoint;
            this.address = address;
        }

        long bytes() {
            return endPoint.getConnection() == null
                    ? 0
                    : endPoint.getConnection().getBytesIn();
        }
    }

    /// The connections of one address that is not trusted.
    private static final class Address {

        private final ByteBuffer network;
        private final SequencedSet<Client> idle = new LinkedHashSet<>();
        private int connections;

        Address(ByteBuffer network) {
            this.network = network;
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweepLater();
    }

    private void sweepLater() {
        getServer().getScheduler().schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        if (!isStopped()) {
            over().forEach(EndPoint::close);
            sweepLater();
        }
    }

    /// Idle connections whose next head has taken too long.
    private synchronized List<EndPoint> over() {
        for (Client client : idle) {
            if (client.begun == null && client.bytes() != client.bytesBefore) {
                client.begun = NanoTime.now();
            }
        }
        return idle.stream()
                .filter(client -> isOver(client.begun, limits.head()))
                .map(client -> client.endPoint)
                .toList();
    }

    private static boolean isOver(@Nullable Long since, Duration limit) {
        return since != null && NanoTime.millisSince(since) > limit.toMillis();
    }

    @Override
    protected @Nullable EndPoint onOpened(EndPoint endPoint) {
        Address address = peers.isTrusted(endPoint.getRemoteSocketAddress())
                ? null
                : addresses.computeIfAbsent(network(endPoint), Address::new);
        Client client = new Client(endPoint, address);
        clients.put(endPoint, client);
        if (address != null && ++address.connections > limits.connectionsPerAddress()) {
            report(endPoint);
            return address.idle.isEmpty() ? endPoint : address.idle.getFirst().endPoint;
        }
        setIdle(client);
        return crowdedOut();
    }

    /// A sixteenth of all connections may be idle however little room there is: a new one is until its first request.
    private @Nullable EndPoint crowdedOut() {
        boolean crowded = clients.size() > limits.connections() - limits.connections() / 8;
        return crowded && idle.size() > limits.connections() / 16 ? idle.getFirst().endPoint : null;
    }

    private void report(EndPoint endPoint) {
        if (NanoTime.secondsSince(loggedAt) >= LOG_INTERVAL_SECONDS) {
            loggedAt = NanoTime.now();
            LOG.warn(
                    "more than {} connections from {}: closing the idle ones (name it in trusted_proxies if it is a"
                            + " proxy of yours)",
                    limits.connectionsPerAddress(),
                    endPoint.getRemoteSocketAddress());
        }
    }

    @Override
    protected void onClosed(EndPoint endPoint) {
        Client client = clients.remove(endPoint);
        if (client == null) {
            return;
        }
        setBusy(client);
        if (client.address != null && --client.address.connections == 0) {
            addresses.remove(client.address.network);
        }
    }

    @Override
    protected void onBusy(EndPoint endPoint) {
        Client client = clients.get(endPoint);
        if (client != null) {
            setBusy(client);
        }
    }

    @Override
    protected @Nullable EndPoint onIdle(EndPoint endPoint) {
        Client client = clients.get(endPoint);
        if (client == null) {
            return null;
        }
        client.begun = null;
        client.bytesBefore = client.bytes();
        setIdle(client);
        return crowdedOut();
    }

    private void setIdle(Client client) {
        idle.add(client);
        if (client.address != null) {
            client.address.idle.add(client);
        }
    }

    private void setBusy(Client client) {
        idle.remove(client);
        if (client.address != null) {
            client.address.idle.remove(client);
        }
    }

    /// The bytes of an IPv4 address, or those of an IPv6 network of 64 bits: as much as one client has.
    private static ByteBuffer network(EndPoint endPoint) {
        byte[] bytes = endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getAddress()
                : new byte[0];
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, IPV6_NETWORK_BYTES));
    }
}
