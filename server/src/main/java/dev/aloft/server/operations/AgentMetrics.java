package dev.aloft.server.operations;

import dev.aloft.server.AgentFigures;
import dev.aloft.server.AgentFigures.ObjectCacheFigures;
import dev.aloft.server.operations.MetricsFormat.Labels;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Metrics of the agent, by site.
final class AgentMetrics {

    private AgentMetrics() {}

    /// Writes those of all sites; none without sites.
    static void write(List<AgentFigures> sites, MetricsFormat format) {
        if (sites.isEmpty()) {
            return;
        }
        write(
                sites,
                format.family("aloft_agent_exchanges_total", "counter", "Requests of PHP to the agent."),
                site -> Optional.of(site.exchanges()));
        write(
                sites,
                format.family("aloft_agent_failures_total", "counter", "Requests of PHP that failed or were refused."),
                site -> Optional.of(site.failures()));
        write(
                sites,
                format.family("aloft_agent_writable", "gauge", "0 while S3 takes no files."),
                site -> Optional.of(site.isWritable() ? 1L : 0L));
        write(
                sites,
                format.family("aloft_object_cache_hits_total", "counter", "Values found in the object cache."),
                site -> site.objectCache().map(ObjectCacheFigures::hits));
        write(
                sites,
                format.family("aloft_object_cache_misses_total", "counter", "Values not found in the object cache."),
                site -> site.objectCache().map(ObjectCacheFigures::misses));
        write(
                sites,
                format.family("aloft_object_cache_bytes", "gauge", "Size of the object cache in memory."),
                site -> site.objectCache().map(ObjectCacheFigures::bytes));
        write(
                sites,
                format.family("aloft_object_cache_evictions_total", "counter", "Values dropped for others."),
                site -> site.objectCache().map(ObjectCacheFigures::evictions));
    }

    private static void write(
            List<AgentFigures> sites, MetricsFormat family, Function<AgentFigures, Optional<Long>> value) {
        sites.forEach(site ->
                value.apply(site).ifPresent(number -> family.value(Labels.of("site", site.site()), number)));
    }
}
