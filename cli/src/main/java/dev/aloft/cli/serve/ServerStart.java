package dev.aloft.cli.serve;

import dev.aloft.backup.schedule.ScheduledBackups;
import dev.aloft.cli.backup.ServedBackups;
import dev.aloft.cli.configuration.CdnConfiguration;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.AgentFigures;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.cdn.CdnSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.operations.AgentOperations;
import dev.aloft.server.operations.BackupFigures;
import dev.aloft.server.operations.EdgeOperations;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.operations.ProcessFigures;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Start of the parts of one configuration. Each part that runs belongs to the lifetime. For one thread.
final class ServerStart {

    private static final Logger LOG = LoggerFactory.getLogger(ServerStart.class);

    private final Configuration configuration;
    private final HostParts parts;
    private final InheritedSockets sockets;
    private final Lifetime lifetime;
    private final List<SocketAddress> watched = new ArrayList<>();

    /// @param sockets of the service manager; a part whose address is among them opens none of its own
    ServerStart(Configuration configuration, HostParts parts, InheritedSockets sockets, Lifetime lifetime) {
        this.configuration = configuration;
        this.parts = parts;
        this.sockets = sockets;
        this.lifetime = lifetime;
    }

    /// @throws Failure when a part cannot start; those before it run
    void run() throws Failure, IOException {
        Optional<EdgeConfiguration> edge = requireParts();
        Store store = lifetime.keep(Store.open(configuration.s3()));
        Optional<RenderPool> renderPool = renderPool(edge.isPresent());
        Optional<FleetBus> fleet = fleet();
        Optional<CdnNotifier> cdns = cdns();
        SiteStart start = new SiteStart(configuration, parts, sockets, lifetime, store, renderPool);
        List<AgentSite> agents = new ArrayList<>();
        List<EdgeSite> edges = new ArrayList<>();
        for (SiteConfiguration site : configuration.sites()) {
            SiteStart.Started started = start.start(site);
            started.agent().ifPresent(agents::add);
            UploadsSite uploads = started.edge().uploads();
            fleet.ifPresent(bus -> bus.join(uploads.bucket(), uploads.folder()));
            cdns.ifPresent(notifier -> notifier.join(uploads.bucket(), site.urls(), started.purges()));
            edges.add(started.edge());
        }
        Supplier<List<AgentFigures>> figures = parts.hasAgent() ? startAgent(agents)::figures : List::of;
        Supplier<List<BackupFigures>> backups = startBackups(store);
        answerOperators(edges, new ProcessFigures(buckets(edges), figures, backups, fleet, cdns));
        if (edge.isPresent()) {
            startEdge(edge.get(), edge.get().operators().withAgents(figures).withBackups(backups), edges, fleet, cdns);
        } else if (configuration.edge().isPresent()) {
            notifyEdges(configuration.edge().get(), edges);
        }
        warnOfUnclaimedSockets();
        startWatchdog();
    }

    /// The table of the edge, if this process has one.
    private Optional<EdgeConfiguration> requireParts() throws Failure {
        Optional<EdgeConfiguration> edge = parts.edge(configuration);
        if (parts.hasAgent() && configuration.fleet().isEmpty()) {
            ObjectCacheHeap.of(configuration.sites()).require();
            warnOfOtherHosts();
        }
        return edge;
    }

    private void warnOfOtherHosts() {
        boolean hasPeers = configuration
                .edge()
                .filter(edge -> !edge.operators().peers().isEmpty())
                .isPresent();
        for (SiteConfiguration site : configuration.sites()) {
            if (hasPeers && site.agent().objectCacheBytes().isPresent()) {
                LOG.warn(
                        "site {}: without [fleet] the object cache is for a single host; if the hosts of [edge] peers"
                                + " run PHP for this site, add [fleet] or remove object_cache_bytes",
                        site.name());
            }
        }
    }

    private void warnOfUnclaimedSockets() {
        sockets.unclaimed()
                .forEach(address -> LOG.warn(
                        "the service manager passes a socket on {}, on which nothing of the configuration listens",
                        address));
    }

    private void startWatchdog() {
        lifetime.manager()
                .ifPresent(manager -> manager.watchdog()
                        .ifPresent(interval -> lifetime.keep(Watchdog.start(manager, interval, watched))));
    }

    private Agent startAgent(List<AgentSite> sites) throws Failure {
        Agent agent;
        try {
            agent = lifetime.keep(Agent.start(sites, sockets));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    Failure.messageOf(e),
                    "stop the process that uses it, remove a file of that name, or choose another socket",
                    e);
        }
        for (AgentSite site : sites) {
            watched.add(UnixDomainSocketAddress.of(site.socket()));
            LOG.info("site {}: agent on {}", site.name(), site.socket());
        }
        return agent;
    }

    /// Starts the schedules of backups, which the agent's process has.
    private Supplier<List<BackupFigures>> startBackups(Store store) throws Failure {
        Optional<ScheduledBackups> scheduled =
                parts.hasAgent() ? ServedBackups.start(configuration, store) : Optional.empty();
        scheduled.ifPresent(lifetime::keep);
        return () -> scheduled.map(ServedBackups::figures).orElse(List.of());
    }

    private void answerOperators(List<EdgeSite> sites, ProcessFigures figures) throws Failure {
        Optional<InetSocketAddress> admin =
                parts.hasAgent() ? configuration.agent().admin() : Optional.empty();
        if (admin.isEmpty()) {
            return;
        }
        try {
            lifetime.keep(AgentOperations.start(admin.get(), uploads(sites), figures, sockets));
        } catch (IOException e) {
            throw startFailure("[agent]", e);
        }
    }

    private static List<UploadsSite> uploads(List<EdgeSite> sites) {
        return sites.stream().map(EdgeSite::uploads).toList();
    }

    private static List<Bucket> buckets(List<EdgeSite> sites) {
        return uploads(sites).stream().map(UploadsSite::bucket).toList();
    }

    /// @param table whose part cannot start
    private static Failure startFailure(String table, IOException e) {
        String found = Failure.messageOf(e);
        if (!(e instanceof BindException)) {
            String user = System.getProperty("user.name");
            return new Failure(
                    Failure.Code.MACHINE,
                    found,
                    "let the user " + user + " use it, or correct the paths of " + table,
                    e);
        }
        String advice = found.endsWith("Permission denied")
                ? "let it use ports below 1024 (in a systemd unit: AmbientCapabilities=CAP_NET_BIND_SERVICE), or choose"
                        + " another port in " + table
                : found.endsWith("Address already in use")
                        ? "stop the process that uses it, or choose another port in " + table
                        : "name an address of this host in " + table + ", or only a port (\":8080\") for all of them";
        return new Failure(Failure.Code.ADDRESS, found, advice, e);
    }

    private void startEdge(
            EdgeConfiguration edgeConfiguration,
            OperatorSettings operators,
            List<EdgeSite> sites,
            Optional<FleetBus> fleet,
            Optional<CdnNotifier> cdns)
            throws Failure {
        ListenAddress listen = edgeConfiguration.listen();
        EdgeSettings plain = edgeConfiguration
                .settings(withSurrogateKeys(edgeConfiguration, sites))
                .withOperators(operators);
        EdgeSettings alone = cdns.map(plain::withCdns).orElse(plain);
        try {
            Edge edge = lifetime.keep(Edge.start(fleet.map(alone::withFleet).orElse(alone), sockets));
            LOG.info("edge on {}:{}", listen.host(), edge.port());
            if (!parts.hasAgent()) {
                watched.add(reachable(listen.host(), edge.port()));
            }
        } catch (IOException e) {
            throw startFailure("[edge]", e);
        }
    }

    private List<EdgeSite> withSurrogateKeys(EdgeConfiguration edge, List<EdgeSite> sites) {
        boolean sends = edge.surrogateKeys()
                .orElse(configuration.cdns().stream().anyMatch(CdnConfiguration::usesSurrogateKeys));
        return sends ? sites.stream().map(EdgeSite::withSurrogateKeys).toList() : sites;
    }

    /// An address of this machine that reaches a server which listens on `host`.
    private static SocketAddress reachable(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        return address.getAddress() != null && address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : address;
    }

    /// An agent in a process of its own notifies the edges as an edge beside it would.
    private void notifyEdges(EdgeConfiguration edge, List<EdgeSite> sites) {
        EdgeOperations.notifyPeers(edge.operators(), uploads(sites)).ifPresent(lifetime::keep);
    }

    /// An edge in a process of its own has queues of its own, for the changes that S3 notifies it of.
    private Optional<CdnNotifier> cdns() throws Failure {
        if (configuration.cdns().isEmpty()) {
            return Optional.empty();
        }
        List<CdnSettings> settings = new ArrayList<>();
        for (CdnConfiguration cdn : configuration.cdns()) {
            CdnSettings whole = cdn.settings(configuration.sites());
            settings.add(
                    parts.hasAgent() ? whole : whole.withFolder(whole.folder().resolve("edge")));
        }
        try {
            return Optional.of(lifetime.keep(CdnNotifier.open(settings)));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "cannot keep the purges of CDNs: " + Failure.messageOf(e),
                    "let the service's user write to the folder of each [[cdn]], which one server may use",
                    e);
        }
    }

    private Optional<FleetBus> fleet() throws Failure {
        if (configuration.fleet().isEmpty()) {
            return Optional.empty();
        }
        FleetSettings settings = configuration.fleet().get().settings();
        LOG.info("fleet {} at {}", settings.name(), settings.address());
        return Optional.of(lifetime.keep(FleetBus.open(settings, InstantSource.system())));
    }

    private Optional<RenderPool> renderPool(boolean hasEdge) {
        if (!configuration.pictures().enabled()) {
            return Optional.empty();
        }
        RenderPoolSettings settings = configuration.pictures().renderPool();
        // Without an edge no visitor waits for the worker, and many hosts never need it.
        return Optional.of(lifetime.keep(hasEdge ? RenderPool.open(settings) : RenderPool.onDemand(settings)));
    }
}
