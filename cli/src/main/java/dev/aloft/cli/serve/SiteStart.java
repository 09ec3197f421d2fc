package dev.aloft.cli.serve;

import dev.aloft.cli.backup.ServedBackups;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.FallbackConfiguration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.files.FileTree;
import dev.aloft.image.RenderPool;
import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Start of the sites of one configuration: of each its bucket, which is asked once, and from it the site of the agent
/// and that of the edge. For one thread.
///
/// @param sockets of the service manager, which made the folders of these
/// @param lifetime owns what is opened
/// @param renderPool empty if pictures are off
record SiteStart(
        Configuration configuration,
        HostParts parts,
        InheritedSockets sockets,
        Lifetime lifetime,
        Store store,
        Optional<RenderPool> renderPool) {

    private static final Logger LOG = LoggerFactory.getLogger(SiteStart.class);

    /// A site of both parts.
    ///
    /// @param agent empty in a process of the edge alone
    /// @param purges the switch that the agent sets, for the purges of CDNs
    record Started(Optional<AgentSite> agent, EdgeSite edge, PurgeSwitch purges) {}

    /// @throws Failure if the agent could not make its socket, or S3 refuses the bucket
    Started start(SiteConfiguration site) throws Failure, IOException {
        if (parts.hasAgent()) {
            requirePlaces(site);
        }
        Bucket bucket = SiteFallback.bucket(site, store, lifetime::keep);
        requireBucket(bucket);
        tryFallback(site, bucket);
        PurgeSwitch purges = new PurgeSwitch();
        SiteFigures figures = new SiteFigures(
                configuration.s3().provider(), parts.edge(configuration).isPresent());
        Optional<AgentSite> agent = Optional.empty();
        if (parts.hasAgent()) {
            agent = Optional.of(agentSite(site, bucket).withFigures(figures).withPurges(purges));
            tryStore(agent.get());
        }
        return new Started(agent, edgeSite(site, bucket, figures), purges);
    }

    private EdgeSite edgeSite(SiteConfiguration site, Bucket bucket, SiteFigures figures) {
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
                .withLocal(site.agent().local())
                .withOperations(site.operations());
        served = objectCache(site).map(served::withObjectCache).orElse(served);
        served = site.urlKey().map(served::withUrlKey).orElse(served);
        served = snapshots(site).map(served::withSnapshots).orElse(served);
        return renderPool.map(PictureEditor::new).map(served::withEditor).orElse(served);
    }

    private Optional<SnapshotSource> snapshots(SiteConfiguration site) {
        return site.backup().map(backup -> ServedBackups.snapshots(site, backup, store));
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
        long copies = ObjectCacheHeap.of(configuration.sites()).share(bytes.get());
        return Optional.of(lifetime.keep(
                ObjectCache.ofFleet(fleet, site.bucket() + "/" + site.prefix(), copies, Optional.of(awayFile))));
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
}
