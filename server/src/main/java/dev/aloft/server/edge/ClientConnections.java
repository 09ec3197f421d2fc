package dev.aloft.server.edge;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of clients, and which of them are closed so that others can be served.
///
/// A connection is idle while no request of it is under way. An idle one is closed when it has begun a request and not
/// brought its whole head in time. Where there is little room left, the one that has been idle longest is closed; and
/// where one address has too many, its own longest idle one, or the new one if none is idle.
///
/// While the server stops, every request that still arrives is answered, as the last one of its connection; a
/// connection on which none arrives within [#GRACE] is closed. Safe for many threads.
final class ClientConnections extends Handler.Wrapper implements Graceful {

    /// How long a connection stays open for a request that is on its way when the server begins to stop.
    static final Duration GRACE = Duration.ofSeconds(1);

    /// How often it looks for heads that take too long.
    private static final long SWEEP_MILLIS = 250;

    private static final int IPV6_NETWORK_BYTES = 8;
    private static final long LOG_INTERVAL_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

    private final EdgeLimits limits;
    private final ForwardedHeaders peers;
    private final Map<EndPoint, Client> clients = new HashMap<>();
    private final Map<ByteBuffer, Address> addresses = new HashMap<>();
    private final SequencedSet<Client> idle = new LinkedHashSet<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable Long stopping;
    private long loggedAt = NanoTime.now() - TimeUnit.SECONDS.toNanos(LOG_INTERVAL_SECONDS);

    ClientConnections(EdgeLimits limits, ForwardedHeaders peers, Handler next) {
        super(next);
        this.limits = limits;
        this.peers = peers;
    }

    /// One connection. Its fields are guarded by the whole.
    private static final class Client {

        private final EndPoint endPoint;
        private final @Nullable Address address;
        private int requests;

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

    /// Idle connections whose next head has taken too long, or is not awaited any more.
    private synchronized List<EndPoint> over() {
        for (Client client : idle) {
            if (client.begun == null && client.bytes() != client.bytesBefore) {
                client.begun = NanoTime.now();
            }
        }
        return idle.stream()
                .filter(client -> isOver(stopping, GRACE) || isOver(client.begun, limits.head()))
                .map(client -> client.endPoint)
                .toList();
    }

    private static boolean isOver(@Nullable Long since, Duration limit) {
        return since != null && NanoTime.millisSince(since) > limit.toMillis();
    }

    /// To be called for each new connection.
    void opened(EndPoint endPoint) {
        close(admit(endPoint));
    }

    /// The connection that has to go for this one, if any.
    private synchronized @Nullable EndPoint admit(EndPoint endPoint) {
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

    /// To be called for each connection that has ended.
    synchronized void closed(EndPoint endPoint) {
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
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = endPoint(request);
        begin(endPoint);
        Request.addCompletionListener(request, _ -> close(end(endPoint)));
        if (isShutdown() && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return super.handle(request, response, callback);
    }

    /// How many requests are under way.
    int requests() {
        return requests.get();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        stopping = NanoTime.now();
        return CompletableFuture.completedFuture(null); // The connector waits for its connections.
    }

    @Override
    public boolean isShutdown() {
        return stopping != null;
    }

    private synchronized void begin(EndPoint endPoint) {
        requests.incrementAndGet();
        Client client = clients.get(endPoint);
        if (client != null && client.requests++ == 0) {
            setBusy(client);
        }
    }

    /// The connection that has to go now that this one is idle, if any.
    private synchronized @Nullable EndPoint end(EndPoint endPoint) {
        requests.decrementAndGet();
        Client client = clients.get(endPoint);
        if (client == null || --client.requests > 0) {
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

    private static void close(@Nullable EndPoint endPoint) {
        if (endPoint != null) {
            endPoint.close();
        }
    }

    /// The connection itself, beneath encryption and the PROXY protocol.
    private static EndPoint endPoint(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint;
    }

    /// The bytes of an IPv4 address, or those of an IPv6 network of 64 bits: as much as one client has.
    private static ByteBuffer network(EndPoint endPoint) {
        byte[] bytes = endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getAddress()
                : new byte[0];
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, IPV6_NETWORK_BYTES));
    }
}
