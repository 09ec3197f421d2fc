package dev.aloft.server.edge;

import dev.aloft.server.cache.HttpCache;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The only door of one or more sites: it answers their uploads straight from S3 and hands everything else to the
/// site. What each URL answers is in `docs/reference/urls.md`.
///
/// It speaks HTTP/1.1 on one address. It does not own the buckets that it reads. Whoever starts it closes it;
/// requests under way may then end, within [#DRAIN].
public final class Edge implements AutoCloseable {

    /// The largest head of a request: its first line and its headers.
    static final int MAX_HEAD_BYTES = 16 << 10;

    /// The largest head of an answer that the site behind may give.
    static final int MAX_ANSWER_HEAD_BYTES = 64 << 10;

    static final int MAX_CONNECTIONS = 8192;
    static final Duration DRAIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    private final Server server;
    private final ServerConnector connector;
    private final HttpCache cache;

    private Edge(Server server, ServerConnector connector, HttpCache cache) {
        this.server = server;
        this.connector = connector;
        this.cache = cache;
    }

    /// Opens the door.
    ///
    /// @throws IOException when the address cannot be listened on, or a code root cannot be read
    public static Edge start(EdgeSettings settings) throws IOException {
        return start(settings, InstantSource.system());
    }

    /// The same with a clock for the age of what the cache holds.
    static Edge start(EdgeSettings settings, InstantSource clock) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("aloft-edge");
        Executor waiting = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("aloft-edge-", 0).factory());
        threads.setVirtualThreadsExecutor(waiting);
        HttpCache cache = new HttpCache(settings.cache(), clock);
        Server server = new Server(threads);
        server.setStopTimeout(DRAIN.toMillis());
        server.setErrorHandler(new PlainErrors());
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setHandler(new GracefulHandler(Sites.of(settings, cache, waiting)));
        ServerConnector connector = connector(server, settings);
        server.addConnector(connector);
        Edge edge = new Edge(server, connector, cache);
        try {
            server.start();
            return edge;
        } catch (Exception e) {
            edge.close();
            throw new IOException(
                    "cannot serve on " + settings.address() + ":" + settings.port() + ": " + rootMessage(e), e);
        }
    }

    private static ServerConnector connector(Server server, EdgeSettings settings) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEAD_BYTES);
        http.setMaxResponseHeaderSize(MAX_ANSWER_HEAD_BYTES);
        // UrlPath alone decides what a path means and which paths are refused.
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.address());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.limits().idle().toMillis());
        return connector;
    }

    /// The port it listens on.
    public int port() {
        return connector.getLocalPort();
    }

    /// Where it answers, as `http://127.0.0.1:8080/`.
    public URI uri() {
        String host = connector.getHost();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/");
    }

    /// Takes no more requests, lets those under way end within [#DRAIN], and stops.
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the edge did not stop cleanly: {}", e.toString());
        }
        cache.close();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
