package dev.aloft.cli;

import dev.aloft.files.FileTree;
import dev.aloft.image.RenderPool;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.agent.UrlSigner;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.Tenant;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `aloft serve`: agent and edge for existing sites and an S3 of one's own, until it is told to stop.
@Command(
        name = "serve",
        description = "Runs the agent, and the edge if there is an [edge], for the sites of a configuration.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: ${DEFAULT-VALUE}).",
            defaultValue = "aloft.toml")
    private Path config = Path.of("aloft.toml");

    @Override
    public Integer call() throws Failure, IOException {
        Configuration configuration = Configuration.read(config, System.getenv());
        Lifetime.during(lifetime -> start(configuration, lifetime));
        return 0;
    }

    private static void start(Configuration configuration, Lifetime lifetime) throws Failure, IOException {
        Store store = lifetime.keep(Store.open(configuration.s3()));
        List<AgentSite> agents = new ArrayList<>();
        List<EdgeSite> edges = new ArrayList<>();
        Optional<RenderPool> renderPool = renderPool(configuration, lifetime);
        for (SiteConfiguration site : configuration.sites()) {
            requirePlaces(site);
            Bucket bucket = store.bucket(site.bucket());
            requireBucket(bucket);
            AgentSite agent = agentSite(site, bucket);
            tryStore(agent);
            agents.add(agent);
            Bucket forEdge = bucket.forTenant(new Tenant("the edge of " + site.name(), () -> {}));
            EdgeSite edge = site.edgeSite(forEdge);
            edges.add(renderPool
                    .map(w -> edge.withPictures(new Pictures(
                            site.name(),
                            forEdge,
                            site.prefix(),
                            w,
                            configuration
                                    .pictures()
                                    .answers()
                                    .withAdmission(new Admission(site.pictureSizes(), site.urlKey())))))
                    .orElse(edge));
        }
        try {
            lifetime.keep(Agent.start(agents));
            agents.forEach(site -> LOG.info("site {}: agent on {}", site.name(), site.socket()));
            if (configuration.edge().isPresent()) {
                EdgeConfiguration settings = configuration.edge().get();
                Edge edge = lifetime.keep(Edge.start(settings.settings(edges)));
                LOG.info("edge on {}:{}", settings.listen().host(), edge.port());
            }
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    Failure.messageOf(e),
                    "stop what holds it, or choose another socket or [edge] listen",
                    e);
        }
    }

    private static Optional<RenderPool> renderPool(Configuration configuration, Lifetime lifetime) {
        return configuration.edge().isPresent() && configuration.pictures().enabled()
                ? Optional.of(
                        lifetime.keep(RenderPool.open(configuration.pictures().renderPool())))
                : Optional.empty();
    }

    /// What a site needs of this machine.
    private static void requirePlaces(SiteConfiguration site) throws Failure, IOException {
        if (site.socketGroup().isPresent()) {
            String group = site.socketGroup().get();
            try {
                FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
            } catch (UserPrincipalNotFoundException e) {
                throw new Failure(
                        Failure.Code.MACHINE,
                        "[site " + site.name() + "] there is no group " + group,
                        "mend socket_group: the group that PHP runs as",
                        e);
            }
        }
    }

    private static void requireBucket(Bucket bucket) throws Failure {
        try {
            bucket.requireReachable();
            LOG.info("bucket s3://{} at {}", bucket.name(), bucket.where());
        } catch (StoreException e) {
            if (e.kind().passing()) {
                LOG.warn("{}; serving all the same, and trying again", e.getMessage());
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

    /// What does not hold on this store is said before anybody relies on it; a store that cannot be tried now is tried
    /// when somebody first does.
    private static void tryStore(AgentSite site) {
        try {
            site.files().probeStore();
        } catch (StoreException e) {
            LOG.warn("site {}: which conditions the store keeps is not known: {}", site.name(), e.getMessage());
        }
    }

    private static AgentSite agentSite(SiteConfiguration site, Bucket bucket) {
        AgentSite served = new AgentSite(
                        site.name(),
                        site.socket(),
                        site.socketGroup().orElse(null),
                        new FileTree(bucket, site.prefix(), site.headers()),
                        site.maxFileBytes())
                .withLocal(site.local());
        return site.urlKey()
                .map(key -> served.withSigner(new UrlSigner(key, InstantSource.system())))
                .orElse(served);
    }
}
