package dev.aloft.server.operations;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.uploads.PlainText;
import dev.aloft.server.uploads.SiteCache;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.RequestLogWriter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/// The operator's side of an edge: metrics, the access log, the admin address, and purges at peers. Attached to the
/// edge's server, and started and stopped after it.
public final class EdgeOperations {

    private final OperatorSettings settings;
    private final List<SiteCache> sites;
    private final Metrics metrics;
    private final Admin pages;
    private final @Nullable Server admin;

    /// Answers nothing before [#start].
    public EdgeOperations(OperatorSettings settings, HttpCache cache, List<SiteCache> sites) {
        this.settings = settings;
        this.sites = sites;
        this.metrics = new Metrics(cache, buckets(), settings.backups());
        this.pages = new Admin(sites, metrics, settings.token());
        Handler handler = settings.notificationToken()
                .<Handler>map(token -> new Handler.Sequence(new Notifications(buckets(), token), pages))
                .orElse(pages);
        this.admin =
                settings.admin().map(address -> adminServer(address, handler)).orElse(null);
    }

    /// Notifies the edges of other hosts of this host's changes without an edge here: for an agent in a process of its
    /// own. Empty without a token, which all edges share.
    ///
    /// @param settings the edges are their [OperatorSettings#peers]
    public static Optional<AutoCloseable> notifyPeers(OperatorSettings settings, List<UploadsSite> sites) {
        return settings.token().map(token -> PurgePeers.start(settings.peers(), sites, token));
    }

    private List<Bucket> buckets() {
        return sites.stream().map(site -> site.site().bucket()).toList();
    }

    private static Server adminServer(InetSocketAddress address, Handler admin) {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setErrorHandler(PlainText.errors());
        server.setHandler(admin);
        return server;
    }

    /// Adds a value that is read for each answer of the metrics.
    public void gauge(String name, String help, LongSupplier value) {
        metrics.add(name, help, value);
    }

    /// The same for a count since the start.
    public void counter(String name, String help, LongSupplier value) {
        metrics.addCounter(name, help, value);
    }

    /// Adds the metrics, the access log and the purges to a server that has not started.
    ///
    /// @throws IOException if the access log cannot be written
    public void attachTo(Server server) throws IOException {
        server.setRequestLog(requestLog(server));
        settings.token()
                .ifPresent(token -> server.addBean(new PurgePeers(
                        settings.peers(), sites.stream().map(SiteCache::site).toList(), token)));
    }

    private RequestLog requestLog(Server server) throws IOException {
        if (settings.accessLog().isEmpty()) {
            return metrics;
        }
        AccessLog.create(settings.accessLog().get());
        RequestLogWriter file = new RequestLogWriter(settings.accessLog().get().toString());
        file.setAppend(true);
        file.setRetainDays(0); // Rotation is the operator's.
        server.addBean(file);
        return new RequestLog.Collection(metrics, new AccessLog(settings.logForm(), file));
    }

    /// Opens the admin address, if there is one.
    ///
    /// @param sockets of the service manager
    public void start(InheritedSockets sockets) throws Exception {
        if (admin != null) {
            Optional<ServerSocketChannel> inherited =
                    sockets.take(settings.admin().orElseThrow().getPort());
            if (inherited.isPresent()) {
                connector(admin).open(inherited.get());
            }
            admin.start();
        }
    }

    /// Is no longer ready from now on.
    public void announceStop() {
        pages.announceStop();
    }

    /// Closes the admin address.
    public void stop() throws Exception {
        if (admin != null) {
            admin.stop();
        }
    }

    /// The port of the admin address; -1 for none.
    public int adminPort() {
        return admin == null ? -1 : connector(admin).getLocalPort();
    }

    private static ServerConnector connector(Server admin) {
        return (ServerConnector) admin.getConnectors()[0];
    }
}
