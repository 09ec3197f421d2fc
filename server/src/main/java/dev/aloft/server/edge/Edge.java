package dev.aloft.server.edge;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.Listener;
import dev.aloft.server.ServerThreads;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.operations.EdgeOperations;
import dev.aloft.server.uploads.FileEndPoint;
import dev.aloft.server.uploads.PlainText;
import dev.aloft.server.uploads.SiteCache;
import dev.aloft.server.uploads.SiteHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.LongUnaryOperator;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the uploads of one or more sites straight from S3, and the pictures made of them; everything else is 404.
/// What each URL answers is in `docs/reference/urls.md`.
///
/// It speaks HTTP/1.1 on one address, and HTTP/2 where that is encrypted. It does not own the buckets that it reads.
/// Its caller closes it; requests under way then have [#DRAIN_LIMIT] to end.
public final class Edge implements AutoCloseable {

    /// The largest head of a request: its first line and its headers.
    public static final int MAX_HEAD_BYTES = 16 << 10;

    /// The largest head of a request of HTTP/2 that is answered; a larger one ends the connection, because its
    /// request cannot be identified.
    public static final int MAX_PARSED_HEAD_BYTES = 8 * MAX_HEAD_BYTES;

    /// Concurrent requests on one connection of HTTP/2.
    public static final int MAX_STREAMS = 128;

    /// The time that requests under way have to end while the edge stops.
    public static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    private final Server server;
    private final ServerConnector connector;
    private final ClientConnections clients;
    private final HttpCache cache;
    private final EdgeOperations operations;

    /// The port of an inherited socket; 0 without one.
    private int inheritedPort;

    private Edge(
            Server server,
            ServerConnector connector,
            ClientConnections clients,
            HttpCache cache,
            EdgeOperations operations) {
        this.server = server;
        this.connector = connector;
        this.clients = clients;
        this.cache = cache;
        this.operations = operations;
    }

    /// Starts an edge with the system's clock.
    ///
    /// @throws IOException when the address cannot be listened on
    public static Edge start(EdgeSettings settings) throws IOException {
        return start(settings, InstantSource.system());
    }

    /// The same on the sockets of its addresses that the service manager passes.
    public static Edge start(EdgeSettings settings, InheritedSockets sockets) throws IOException {
        return start(settings, InstantSource.system(), sockets);
    }

    /// The same with a clock by which answers in the cache age.
    public static Edge start(EdgeSettings settings, InstantSource clock) throws IOException {
        return start(settings, clock, InheritedSockets.none());
    }

    private static Edge start(EdgeSettings given, InstantSource clock, InheritedSockets sockets) throws IOException {
        EdgeSettings settings = given.withOwnShares();
        Executor waiting = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("aloft-edge-", 0).factory());
        HttpCache cache = new HttpCache(settings.cache(), clock, trustedSince(settings.fleet()));
        SiteHandler.Shared shared = new SiteHandler.Shared(cache, waiting);
        List<SiteCache> caches = settings.sites().stream()
                .map(site -> new SiteCache(site.uploads(), site.pictures(), cache))
                .toList();
        Server server = new Server(ServerThreads.named("aloft-edge", waiting));
        server.setStopTimeout(DRAIN_LIMIT.toMillis());
        server.setErrorHandler(PlainText.errors());
        server.addBean(new NetworkConnectionLimit(settings.limits().connections(), server));
        ForwardedHeaders forwarded = new ForwardedHeaders(settings.trustedProxies());
        ClientConnections clients = new ClientConnections(
                settings.limits(), forwarded, new StrictRequests(MAX_HEAD_BYTES, Sites.of(settings, shared)));
        server.setHandler(clients);
        ServerConnector connector = connector(server, settings, forwarded, clients);
        server.addConnector(connector);
        caches.forEach(server::addBean);
        EdgeOperations operations = operations(settings, shared, caches, connector, clients);
        operations.attachTo(server);
        Edge edge = new Edge(server, connector, clients, cache, operations);
        try {
            edge.listen(settings, sockets);
            server.start();
        } catch (Exception e) {
            edge.close();
            throw Listener.failure(settings.address(), settings.port(), e);
        }
        try {
            operations.start(sockets);
            return edge;
        } catch (IOException e) {
            edge.close();
            throw e;
        }
    }

    private void listen(EdgeSettings settings, InheritedSockets sockets) throws IOException {
        Optional<ServerSocketChannel> inherited = sockets.take(settings.address(), settings.port());
        if (inherited.isPresent()) {
            connector.open(inherited.get());
            inheritedPort = settings.port();
        }
    }

    private static EdgeOperations operations(
            EdgeSettings settings,
            SiteHandler.Shared shared,
            List<SiteCache> sites,
            ServerConnector connector,
            ClientConnections clients) {
        EdgeOperations operations =
                new EdgeOperations(settings.operators(), shared.cache(), sites, settings.fleet(), settings.cdns());
        operations.gauge("aloft_edge_requests", "Requests under way.", clients::requests);
        operations.gauge(
                "aloft_edge_connections",
                "Connections of clients.",
                () -> connector.getConnectedEndPoints().size());
        operations.gauge("aloft_edge_places", "S3 connections held open by slow clients.", shared::slowReaders);
        operations.gauge("aloft_edge_places_wanted", "Slow clients that wait for one.", shared::waitingReaders);
        return operations;
    }

    private static LongUnaryOperator trustedSince(Optional<FleetBus> fleet) {
        return fleet.isPresent() ? fleet.get()::trustedSince : _ -> 0;
    }

    /// HTTP/1.1; behind TLS also HTTP/2, as the client prefers.
    private static List<ConnectionFactory> protocols(Server server, EdgeSettings settings, HttpConfiguration http)
            throws IOException {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (settings.tls().isEmpty()) {
            return new ArrayList<>(List.of(plain));
        }
        // The client checks the certificate's name; Sites chooses the site by Host.
        http.addCustomizer(new SecureRequestCustomizer(false));
        Certificates certificates = new Certificates(settings.tls().get(), server.getScheduler());
        server.addBean(certificates);
        HTTP2ServerConnectionFactory second = http2(http);
        // Jetty's own name for HTTP/1.1 has other letters than that of ALPN (RFC 7301, 6).
        ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory(second.getProtocol(), "http/1.1");
        choice.setDefaultProtocol(plain.getProtocol());
        SslConnectionFactory tls = new SslConnectionFactory(certificates.context(), choice.getProtocol());
        return new ArrayList<>(List.of(tls, choice, second, plain));
    }

    /// Reads larger heads than are served, to answer them with 431: Jetty ends the connection for one that it does
    /// not read.
    private static HTTP2ServerConnectionFactory http2(HttpConfiguration http) {
        HttpConfiguration configuration = new HttpConfiguration(http);
        configuration.setRequestHeaderSize(MAX_PARSED_HEAD_BYTES);
        HTTP2ServerConnectionFactory second = new HTTP2ServerConnectionFactory(configuration);
        second.setMaxConcurrentStreams(MAX_STREAMS);
        return second;
    }

    private static ServerConnector connector(
            Server server, EdgeSettings settings, ForwardedHeaders forwarded, ClientConnections clients)
            throws IOException {
        List<ConnectionFactory> protocols = protocols(server, settings, http(forwarded));
        if (settings.trustedProxies().proxyProtocol()) {
            protocols.addFirst(new ProxyProtocol(forwarded, protocols.getFirst()));
        }
        // No thread of its own accepts: Jetty interrupts it to stop, and a connection that comes then is never closed.
        ServerConnector connector = new ServerConnector(server, 0, 1, protocols.toArray(ConnectionFactory[]::new)) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                FileEndPoint endPoint = new FileEndPoint(channel, selector, key, getScheduler());
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }

            @Override
            protected void onEndPointOpened(EndPoint endPoint) {
                super.onEndPointOpened(endPoint);
                clients.opened(endPoint);
            }

            @Override
            protected void onEndPointClosed(EndPoint endPoint) {
                clients.closed(endPoint);
                super.onEndPointClosed(endPoint);
            }
        };
        connector.setHost(settings.address());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.limits().idle().toMillis());
        connector.setShutdownIdleTimeout(-1); // ClientConnections knows which of them are idle.
        return connector;
    }

    private static HttpConfiguration http(ForwardedHeaders forwarded) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setHeaderCacheCaseSensitive(true);
        http.setRequestHeaderSize(MAX_HEAD_BYTES);
        // UrlPath alone decides what a path means and which paths are refused.
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setHttpCompliance(HttpCompliance.STRICT); // A server in front must not read a request in another way.
        http.addCustomizer(forwarded);
        return http;
    }

    /// The port it listens on.
    public int port() {
        return inheritedPort == 0 ? connector.getLocalPort() : inheritedPort;
    }

    /// Purges the whole cache.
    public void purgeEverything() {
        cache.purgeEverything();
    }

    /// Checks at once for another certificate on disk.
    void lookAtCertificate() {
        server.getBean(Certificates.class).look();
    }

    /// The port of the admin address; -1 for none.
    public int adminPort() {
        return operations.adminPort();
    }

    /// Its address, such as `http://127.0.0.1:8080/`.
    public URI uri() {
        String host = connector.getHost();
        String scheme = connector.getConnectionFactory(SslConnectionFactory.class) == null ? "http" : "https";
        return URI.create(scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/");
    }

    /// Is no longer ready, refuses new connections, answers the requests that arrive on open ones, lets those under
    /// way end within [#DRAIN_LIMIT], and stops. With a socket of the service manager, new connections wait for the
    /// next process instead.
    @Override
    public void close() {
        operations.announceStop();
        if (!Listener.close(connector, DRAIN_LIMIT)) {
            LOG.warn("the edge still listens while it stops");
        }
        try {
            clients.stop("the edge", server);
            operations.stop();
        } catch (Exception e) {
            LOG.warn("the edge did not stop cleanly: {}", e.toString());
        }
        // Jetty loses connections that are accepted while it stops.
        connector.getConnectedEndPoints().forEach(EndPoint::close);
        cache.close();
    }
}
