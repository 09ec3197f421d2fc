package dev.aloft.cli.serve;

import dev.aloft.backup.schedule.ScheduledBackups;
import dev.aloft.cli.backup.ServedBackups;
import dev.aloft.cli.configuration.CdnConfiguration;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.FallbackConfiguration;
import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.files.FileTree;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.AgentFigures;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.cdn.CdnSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.operations.AgentOperations;
import dev.aloft.server.operations.BackupFigures;
import dev.aloft.server.operations.EdgeOperations;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.operations.ProcessFigures;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
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

    /// Of this much of the heap, and of half of the rest, the object caches take nothing: bodies and other caches need
    /// it.
    private static final long HEAP_OF_OTHERS = 256L << 20;

    private final Configuration configuration;
    private final ServedParts parts;
    private final InheritedSockets sockets;
    private final Lifetime lifetime;
    private final List<SocketAddress> watched = new ArrayList<>();

    /// @param sockets of the service manager; a part whose address is among them opens none of its own
    ServerStart(Configuration configuration, ServedParts parts, InheritedSockets sockets, Lifetime lifetime) {
        this.configuration = configuration;
        this.parts = parts;
        this.sockets = sockets;
        this.lifetime = lifetime;
    }

    /// @throws Failure when a part cannot start; those before it run
    void run() throws Failure, IOException {
        Optional<EdgeConfiguration> edge = parts.edge() ? configuration.edge() : Optional.empty();
        if (parts == ServedParts.EDGE && edge.isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "there is no [edge] for --edge-only",
                    "add [edge] with a listen address, or run the agent without --edge-only");
        }
        if (parts.agent()) {
            if (configuration.fleet().isEmpty()) {
                requireHeap(configuration.sites(), Runtime.getRuntime().maxMemory());
                warnOfOtherHosts();
            }
        }
        Store store = lifetime.keep(Store.open(configuration.s3()));
        Optional<RenderPool> renderPool = renderPool(edge.isPresent());
        Optional<FleetBus> fleet = fleet();
        Optional<CdnNotifier> cdns = cdns();
        List<AgentSite> agents = new ArrayList<>();
        List<EdgeSite> edges = new ArrayList<>();
        for (SiteConfiguration site : configuration.sites()) {
            if (parts.agent()) {
                requirePlaces(site);
            }
            Bucket bucket = SiteFallback.bucket(site, store, lifetime::keep);
            requireBucket(bucket);
            tryFallback(site, bucket);
            PurgeSwitch purges = new PurgeSwitch();
            SiteFigures figures = new SiteFigures(configuration.s3().provider(), edge.isPresent());
            if (parts.agent()) {
                AgentSite served = withSnapshots(
                        site,
                        store,
                        agentSite(site, bucket).withFigures(figures).withPurges(purges));
                AgentSite agent = renderPool
                        .map(pool -> served.withEditor(new PictureEditor(pool)))
                        .orElse(served);
                tryStore(agent);
                agents.add(agent);
            }
            EdgeSite edgeSite = edgeSite(site, bucket, renderPool, figures);
            fleet.ifPresent(bus -> bus.join(bucket, edgeSite.uploads().folder()));
            cdns.ifPresent(notifier -> notifier.join(bucket, site.urls(), purges));
            edges.add(edgeSite);
        }
        Supplier<List<AgentFigures>> figures = parts.agent() ? startAgent(agents)::figures : List::of;
        Optional<ScheduledBackups> scheduled =
                parts.agent() ? ServedBackups.start(configuration, store) : Optional.empty();
        scheduled.ifPresent(lifetime::keep);
        Supplier<List<BackupFigures>> backups =
                () -> scheduled.map(ServedBackups::figures).orElse(List.of());
        Optional<InetSocketAddress> admin =
                parts.agent() ? configuration.agent().admin() : Optional.empty();
        if (admin.isPresent()) {
            List<Bucket> buckets =
                    edges.stream().map(site -> site.uploads().bucket()).toList();
            answerOperators(admin.get(), edges, new ProcessFigures(buckets, figures, backups, fleet, cdns));
        }
        if (edge.isPresent()) {
            startEdge(edge.get(), edge.get().operators().withAgents(figures).withBackups(backups), edges, fleet, cdns);
        } else if (configuration.edge().isPresent()) {
            notifyEdges(configuration.edge().get(), edges);
        }
        sockets.unclaimed()
                .forEach(address -> LOG.warn(
                        "the service manager passes a socket on {}, on which nothing of the configuration listens",
                        address));
        startWatchdog();
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

    private void answerOperators(InetSocketAddress admin, List<EdgeSite> sites, ProcessFigures figures) throws Failure {
        List<UploadsSite> uploads = sites.stream().map(EdgeSite::uploads).toList();
        try {
            lifetime.keep(AgentOperations.start(admin, uploads, figures, sockets));
        } catch (IOException e) {
            throw startFailure("[agent]", e);
        }
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
            if (!parts.agent()) {
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
        List<UploadsSite> uploads = sites.stream().map(EdgeSite::uploads).toList();
        EdgeOperations.notifyPeers(edge.operators(), uploads).ifPresent(lifetime::keep);
    }

    /// An edge in a process of its own has queues of its own, for the changes that S3 notifies it of.
    private Optional<CdnNotifier> cdns() throws Failure {
        if (configuration.cdns().isEmpty()) {
            return Optional.empty();
        }
        List<CdnSettings> settings = new ArrayList<>();
        for (CdnConfiguration cdn : configuration.cdns()) {
            CdnSettings whole = cdn.settings(configuration.sites());
            settings.add(parts.agent() ? whole : whole.withFolder(whole.folder().resolve("edge")));
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

    private void requirePlaces(SiteConfiguration site) throws Failure, IOException {
        if (sockets.has(UnixDomainSocketAddress.of(site.agent().socket()))) {
            return; // The service manager made it, with its folder and group.
        }
        Path _ = site.requireSocketFolder();
    }

    private static void requireBucket(Bucket bucket) throws Failure {
        try {
            bucket.requireReachable();
            LOG.info("bucket s3://{} at {}", bucket.name(), bucket.where());
        } catch (StoreException e) {
            if (e.kind().passing()) {
                LOG.warn("{}; starting anyway, will keep retrying", e.getMessage());
                return;
            }
            throw new Failure(
                    Failure.Code.STORE,
                    String.valueOf(e.getMessage()),
                    "the store is " + bucket.where()
                            + "; credentials come from the AWS_… variables, a profile or a role",
                    e);
        }
    }

    /// Warns of a fallback that cannot be reached: what is in the site's bucket already can be served without it.
    private static void tryFallback(SiteConfiguration site, Bucket bucket) {
        try {
            bucket.requireReachableFallback();
        } catch (StoreException e) {
            LOG.warn(
                    "site {}: cannot reach its fallback {}: {}",
                    site.name(),
                    site.fallback().map(FallbackConfiguration::shown).orElse("none"),
                    e.getMessage());
        }
    }

    /// Probes the store's conditional writes at the start. A store that cannot be reached is probed at first use.
    private static void tryStore(AgentSite site) {
        try {
            site.files().probeStore();
        } catch (StoreException e) {
            LOG.warn("site {}: cannot probe the store's conditional writes yet: {}", site.name(), e.getMessage());
        }
    }

    private EdgeSite edgeSite(
            SiteConfiguration site, Bucket bucket, Optional<RenderPool> renderPool, SiteFigures figures) {
        EdgeSite edge = site.edgeSite(bucket, figures);
        return renderPool
                .map(pool -> edge.withPictures(new Pictures(
                        site.name(),
                        bucket,
                        site.prefix(),
                        pool,
                        configuration.pictures().answers().withAdmission(site.admission()))))
                .orElse(edge);
    }

    private AgentSite agentSite(SiteConfiguration site, Bucket bucket) throws Failure {
        AgentSite served = new AgentSite(
                        site.name(),
                        site.agent().socket(),
                        site.agent().socketGroup().orElse(null),
                        new FileTree(bucket, site.prefix(), site.agent().headers()),
                        site.agent().maxFileBytes())
                .withLocal(site.agent().local());
        AgentSite cached = objectCache(site).map(served::withObjectCache).orElse(served);
        return site.urlKey().map(cached::withUrlKey).orElse(cached);
    }

    private static AgentSite withSnapshots(SiteConfiguration site, Store store, AgentSite served) {
        return site.backup()
                .map(backup -> served.withSnapshots(ServedBackups.snapshots(site, backup, store)))
                .orElse(served);
    }

    /// In a fleet, all hosts of a site know it by its bucket and prefix.
    private Optional<ObjectCache> objectCache(SiteConfiguration site) throws Failure {
        Optional<Long> bytes = site.agent().objectCacheBytes();
        if (bytes.isEmpty() || configuration.fleet().isEmpty()) {
            return bytes.map(ObjectCache::inMemory);
        }
        FleetSettings fleet = configuration.fleet().get().settings();
        Path socket = site.agent().socket();
        Path awayFile = socket.resolveSibling(socket.getFileName() + ".away");
        long copies = shareOfHeap(
                configuration.sites(), bytes.get(), Runtime.getRuntime().maxMemory());
        return Optional.of(lifetime.keep(
                ObjectCache.ofFleet(fleet, site.bucket() + "/" + site.prefix(), copies, Optional.of(awayFile))));
    }

    /// @param heap in bytes
    static void requireHeap(List<SiteConfiguration> sites, long heap) throws Failure {
        long caches = objectCacheBytes(sites);
        long room = roomOfObjectCaches(heap);
        if (caches > room) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the object caches of all sites have " + caches + " bytes, and Java's heap has room for " + room,
                    "lower object_cache_bytes, or give the server more memory: the key memory, above all tables");
        }
    }

    /// The bytes of a site's copies of values on the fleet's server, which do not need all that is configured.
    ///
    /// @param heap in bytes
    static long shareOfHeap(List<SiteConfiguration> sites, long bytes, long heap) {
        return (long) (bytes * Math.min(1.0, (double) roomOfObjectCaches(heap) / objectCacheBytes(sites)));
    }

    private static long objectCacheBytes(List<SiteConfiguration> sites) {
        return sites.stream()
                .mapToLong(site -> site.agent().objectCacheBytes().orElse(0L))
                .sum();
    }

    private static long roomOfObjectCaches(long heap) {
        return Math.max(0, Math.min(heap / 4, (heap - HEAP_OF_OTHERS) / 2));
    }
}
