package dev.aloft.server.operations;

import dev.aloft.server.AgentFigures;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.operations.MetricsFormat.Labels;
import dev.aloft.store.Bucket;
import dev.aloft.store.StoreFigures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Figures of a process with or without an edge: its S3, agent, backups, fleet and CDNs. All are read for each answer
/// of the metrics.
///
/// @param buckets of the sites, whose stores are measured
/// @param agents empty without an agent in this process
/// @param backups empty if this process takes none
public record ProcessFigures(
        List<Bucket> buckets,
        Supplier<List<AgentFigures>> agents,
        Supplier<List<BackupFigures>> backups,
        Optional<FleetBus> fleet,
        Optional<CdnNotifier> cdns) {

    void writeTo(MetricsFormat format) {
        writeStores(format);
        AgentMetrics.write(agents.get(), format);
        BackupFigures.write(backups.get(), format);
        fleet.ifPresent(bus -> write(bus.statistics(), format));
        cdns.ifPresent(notifier -> write(notifier.statistics(), format));
    }

    private void writeStores(MetricsFormat format) {
        Map<String, StoreFigures> stores = new TreeMap<>();
        buckets.forEach(bucket -> stores.putIfAbsent(bucket.where(), bucket.figures()));
        format.family(
                "aloft_s3_duration_seconds",
                "histogram",
                "Time of requests to S3 to the response head, including retries.");
        stores.forEach((store, figures) -> figures.durations()
                .forEach((operation, sum) ->
                        format.histogram(Labels.of("store", store).with("operation", operation), sum)));
        format.family("aloft_s3_failures_total", "counter", "Failed requests to S3; status 0 is no response in time.");
        stores.forEach((store, figures) -> figures.failures().forEach((failed, count) -> {
            Labels labels = Labels.of("store", store).with("operation", failed.operation());
            format.value(labels.with("status", String.valueOf(failed.status())), count);
        }));
        format.family("aloft_s3_awaiting", "gauge", "Requests to S3 waiting for a response or a connection.");
        stores.forEach((store, figures) -> format.value(Labels.of("store", store), figures.awaiting()));
        format.family("aloft_s3_reading", "gauge", "Responses of S3 being read, each on a connection.");
        stores.forEach((store, figures) -> format.value(Labels.of("store", store), figures.reading()));
    }

    private static void write(FleetBus.Statistics fleet, MetricsFormat format) {
        format.gauge("aloft_fleet_whole", "1 while every other process of the fleet is heard.", fleet.whole() ? 1 : 0)
                .gauge("aloft_fleet_members", "Other processes of the fleet.", fleet.members())
                .gauge("aloft_fleet_waiting", "Changes that wait for the fleet's server.", fleet.waiting())
                .counter("aloft_fleet_announced_total", "Changes by this process.", fleet.announced())
                .counter(
                        "aloft_fleet_dropped_total",
                        "Changes that were not announced, because too many waited.",
                        fleet.dropped())
                .counter("aloft_fleet_received_total", "Changes by other processes.", fleet.received())
                .counter(
                        "aloft_fleet_losses_total",
                        "Times that changes by other processes may have been missed.",
                        fleet.losses());
    }

    private static void write(CdnNotifier.Statistics cdns, MetricsFormat format) {
        format.gauge("aloft_cdn_waiting", "Purges that wait for a CDN.", cdns.waiting())
                .counter("aloft_cdn_purges_total", "Purges that a CDN has confirmed.", cdns.delivered())
                .counter("aloft_cdn_failures_total", "Attempts to purge that failed.", cdns.failures())
                .counter(
                        "aloft_cdn_overflows_total",
                        "Times that whole sites were purged because too much waited.",
                        cdns.overflows());
    }
}
