package dev.aloft.server.operations;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.uploads.SiteCache;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.RequestLogWriter;
import org.eclipse.jetty.server.Server;

/// The operator's side of an edge: metrics, the access log, the admin address, and purges at peers. Attached to the
/// edge's server, and started and stopped after it.
public final class EdgeOperations {

    private final OperatorSettings settings;
    private final List<SiteCache> sites;
    private final Metrics metrics;
    private final HealthPages health;
    private final Optional<AdminServer> admin;

    /// Answers nothing before [#start].
    public EdgeOperations(
            OperatorSettings settings,
            HttpCache cache,
            List<SiteCache> sites,
            Optional<FleetBus> fleet,
            Optional<CdnNotifier> cdns) {
        this.settings = settings;
        this.sites = sites;
        this.metrics =
                new Metrics(cache, new ProcessFigures(buckets(), settings.agents(), settings.backups(), fleet, cdns));
        this.health = new HealthPages(
                sites.stream().map(SiteCache::site).collect(Collectors.toMap(UploadsSite::name, UploadsSite::bucket)),
                metrics::text);
        this.admin = settings.admin().map(address -> new AdminServer(address, pages()));
    }

    private Handler pages() {
        List<Handler> pages = new ArrayList<>(List.of(health));
        settings.notificationToken().ifPresent(token -> pages.add(new Notifications(buckets(), token)));
        pages.add(new Admin(sites, metrics, settings.token()));
        return new Handler.Sequence(pages);
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

    /// Adds a value that is read for each answer of the metrics.
    public void gauge(String name, String help, LongSupplier value) {
        metrics.add(name, help, value);
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
    public void start(InheritedSockets sockets) throws IOException {
        if (admin.isPresent()) {
            admin.get().start(sockets);
        }
    }

    /// Is no longer ready from now on.
    public void announceStop() {
        health.announceStop();
    }

    /// Closes the admin address.
    public void stop() throws Exception {
        if (admin.isPresent()) {
            admin.get().stop();
        }
    }

    /// The port of the admin address; -1 for none.
    public int adminPort() {
        return admin.map(AdminServer::port).orElse(-1);
    }
}
