package dev.aloft.cli;

import dev.aloft.files.FileTree;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `aloft serve`: agent and edge for existing sites and an existing S3, until stopped by a signal.
@Command(
        name = "serve",
        description = "Runs the agent, and the edge if there is an [edge], for the sites of a configuration.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    /// The object caches of all sites take at most this part of the heap: bodies and pictures need the rest.
    private static final int OBJECT_CACHES_OF_HEAP = 4;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: ${DEFAULT-VALUE}).",
            defaultValue = Configuration.DEFAULT_FILE)
    private Path config = Path.of("aloft.toml");

    @Override
    public Integer call() throws Failure, IOException {
        Configuration configuration = Configuration.read(config, System.getenv());
        Lifetime.during(lifetime -> start(configuration, lifetime));
        return 0;
    }

    private static void start(Configuration configuration, Lifetime lifetime) throws Failure, IOException {
        requireHeap(configuration.sites(), Runtime.getRuntime().maxMemory());
        Store store = lifetime.keep(Store.open(configuration.s3()));
        List<AgentSite> agents = new ArrayList<>();
        List<EdgeSite> edges = new ArrayList<>();
        Optional<RenderPool> renderPool = renderPool(configuration, lifetime);
        for (SiteConfiguration site : configuration.sites()) {
            requirePlaces(site);
            Bucket bucket = SiteFallback.bucket(site, store.bucket(site.bucket()));
            requireBucket(bucket);
            AgentSite served = agentSite(site, bucket);
            AgentSite agent = renderPool
                    .map(pool -> served.withEditor(new PictureEditor(pool)))
                    .orElse(served);
            tryStore(agent);
            agents.add(agent);
            EdgeSite edge = site.edgeSite(bucket);
            edges.add(renderPool
                    .map(pool -> edge.withPictures(new Pictures(
                            site.name(),
                            bucket,
                            site.prefix(),
                            pool,
                            configuration
                                    .pictures()
                                    .answers()
                                    .withAdmission(new Admission(site.serving().pictureSizes(), site.urlKey())))))
                    .orElse(edge));
        }
        startAgent(agents, lifetime);
        if (configuration.edge().isPresent()) {
            startEdge(configuration.edge().get(), edges, lifetime);
        }
        startWatchdog(agents.stream().map(AgentSite::socket).toList(), lifetime);
    }

    private static void startWatchdog(List<Path> sockets, Lifetime lifetime) {
        lifetime.manager()
                .ifPresent(manager -> manager.watchdog()
                        .ifPresent(interval -> lifetime.keep(Watchdog.start(manager, interval, sockets))));
    }

    private static void startAgent(List<AgentSite> sites, Lifetime lifetime) throws Failure {
        try {
            lifetime.keep(Agent.start(sites));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    Failure.messageOf(e),
                    "stop the process that uses it, or choose another socket",
                    e);
        }
        sites.forEach(site -> LOG.info("site {}: agent on {}", site.name(), site.socket()));
    }

    private static void startEdge(EdgeConfiguration configuration, List<EdgeSite> sites, Lifetime lifetime)
            throws Failure {
        ListenAddress listen = configuration.listen();
        try {
            Edge edge = lifetime.keep(Edge.start(configuration.settings(sites)));
            LOG.info("edge on {}:{}", listen.host(), edge.port());
        } catch (IOException e) {
            String found = Failure.messageOf(e);
            throw new Failure(
                    Failure.Code.ADDRESS,
                    found,
                    found.contains("Permission denied")
                            ? "let it use ports below 1024 (in a systemd unit:"
                                    + " AmbientCapabilities=CAP_NET_BIND_SERVICE), or choose another [edge] listen"
                            : "stop the process that uses it, or choose another [edge] listen",
                    e);
        }
    }

    private static Optional<RenderPool> renderPool(Configuration configuration, Lifetime lifetime) {
        if (!configuration.pictures().enabled()) {
            return Optional.empty();
        }
        RenderPoolSettings settings = configuration.pictures().renderPool();
        // Without an edge no visitor waits for the worker, and many hosts never need it.
        return Optional.of(lifetime.keep(
                configuration.edge().isPresent() ? RenderPool.open(settings) : RenderPool.onDemand(settings)));
    }

    private static void requirePlaces(SiteConfiguration site) throws Failure, IOException {
        SocketFolder folder = SocketFolder.of(site);
        folder.requireUsable();
        if (site.agent().socketGroup().isPresent()) {
            folder.requireGroup(site.agent().socketGroup().get());
        }
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

    /// Probes the store's conditional writes at the start. A store that cannot be reached is probed at first use.
    private static void tryStore(AgentSite site) {
        try {
            site.files().probeStore();
        } catch (StoreException e) {
            LOG.warn("site {}: cannot probe the store's conditional writes yet: {}", site.name(), e.getMessage());
        }
    }

    private static AgentSite agentSite(SiteConfiguration site, Bucket bucket) {
        AgentSite served = new AgentSite(
                        site.name(),
                        site.agent().socket(),
                        site.agent().socketGroup().orElse(null),
                        new FileTree(bucket, site.prefix(), site.agent().headers()),
                        site.agent().maxFileBytes())
                .withLocal(site.agent().local());
        AgentSite cached = site.agent()
                .objectCacheBytes()
                .map(bytes -> served.withObjectCache(new ObjectCache(bytes)))
                .orElse(served);
        return site.urlKey().map(cached::withUrlKey).orElse(cached);
    }

    /// @param heap in bytes
    static void requireHeap(List<SiteConfiguration> sites, long heap) throws Failure {
        long caches = sites.stream()
                .mapToLong(site -> site.agent().objectCacheBytes().orElse(0L))
                .sum();
        if (caches > heap / OBJECT_CACHES_OF_HEAP) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the object caches of all sites have " + caches + " bytes, and Java's heap only " + heap,
                    "set object_cache_bytes so that they take a quarter of the heap at most, or a larger -Xmx");
        }
    }
}
