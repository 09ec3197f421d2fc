package dev.aloft.server.operations;

import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.operations.PrometheusText.Labels;
import dev.aloft.store.Bucket;
import dev.aloft.store.Durations;
import dev.aloft.store.StoreFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// The edge's counters since it was started. `docs/reference/edge-admin.md` names every metric. Safe for many threads.
public final class Metrics implements RequestLog {

    private static final Pattern FORWARDED = Pattern.compile("aloft; fwd=([a-z-]+)");

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> cached = new ConcurrentSkipListMap<>();
    private final LongAdder bytes = new LongAdder();
    private final Durations durations = new Durations();
    private final TopPaths paths = new TopPaths();
    private final HttpCache cache;
    private final Map<String, StoreFigures> stores = new TreeMap<>();
    private final List<Gauge> gauges = new ArrayList<>();

    /// @param buckets of the sites, for the metrics of their stores
    public Metrics(HttpCache cache, List<Bucket> buckets) {
        this.cache = cache;
        buckets.forEach(bucket -> stores.putIfAbsent(bucket.where(), bucket.figures()));
        add("aloft_cache_memory_bytes", "What the cache holds in memory.", cache::memoryBytes);
        add("aloft_cache_disk_bytes", "What the cache holds on disk.", cache::diskBytes);
        add("aloft_cache_urls", "URLs that the cache knows.", cache::count);
        add("aloft_cache_fetches", "Questions to origins under way.", cache::fetchesUnderWay);
    }

    private record Gauge(String name, String help, LongSupplier value) {}

    /// Adds a gauge, which is read each time. To be called before the edge serves.
    public void add(String name, String help, LongSupplier value) {
        gauges.add(new Gauge(name, help, value));
    }

    /// Counts a request that has been answered.
    @Override
    public void log(Request request, Response response) {
        long sent = Math.max(0, Response.getContentBytesWritten(response));
        add(requests, String.valueOf(response.getStatus()));
        add(cached, outcome(response.getHeaders().get("Cache-Status")));
        bytes.add(sent);
        durations.add(NanoTime.since(request.getBeginNanoTime()));
        String path = request.getHttpURI().getPath();
        if (path != null) {
            paths.add(path, sent);
        }
    }

    private static void add(Map<String, LongAdder> counters, String label) {
        LongAdder counter = counters.get(label);
        (counter == null ? counters.computeIfAbsent(label, _ -> new LongAdder()) : counter).increment();
    }

    /// The cache's part in an answer: one of a fixed set of words, whatever the field contains.
    private static String outcome(@Nullable String status) {
        if (status == null) {
            return "none";
        }
        if (status.startsWith("aloft; hit; ttl=")) {
            return status.contains("; detail=")
                    ? "stale-if-error"
                    : status.startsWith("aloft; hit; ttl=-") ? "stale" : "hit";
        }
        Matcher forwarded = FORWARDED.matcher(status);
        if (!forwarded.find()) {
            return "none";
        }
        return status.contains("; collapsed") ? "collapsed" : forwarded.group(1);
    }

    TopPaths paths() {
        return paths;
    }

    /// All metrics in Prometheus text format.
    String text() {
        PrometheusText text = new PrometheusText();
        text.family("aloft_edge_requests_total", "counter", "Requests that were answered, by status.");
        requests.forEach((status, n) -> text.value(Labels.of("status", status), n.sum()));
        text.family("aloft_edge_cache_total", "counter", "The same by what the cache did.");
        cached.forEach((result, n) -> text.value(Labels.of("result", result), n.sum()));
        text.family("aloft_edge_sent_bytes_total", "counter", "Bytes of answers, without their heads.")
                .value(Labels.NONE, bytes.sum());
        text.family(
                        "aloft_edge_duration_seconds",
                        "histogram",
                        "From the first byte of a request to the last of its answer.")
                .histogram(Labels.NONE, durations.sum());
        gauges.forEach(gauge -> text.family(gauge.name(), "gauge", gauge.help())
                .value(Labels.NONE, gauge.value().getAsLong()));
        text.family("aloft_origin_requests_total", "counter", "Questions to an origin, by how they ended.");
        cache.origins().forEach((origin, asked) -> {
            Labels labels = Labels.of("origin", origin);
            text.value(labels.with("outcome", "answer"), asked.answered());
            text.value(labels.with("outcome", "failure"), asked.failed());
        });
        addStores(text);
        return text.toString();
    }

    private void addStores(PrometheusText text) {
        text.family(
                "aloft_s3_duration_seconds", "histogram", "Requests to S3, retries included, to the answer's head.");
        stores.forEach((store, figures) -> figures.durations()
                .forEach((operation, sum) ->
                        text.histogram(Labels.of("store", store).with("operation", operation), sum)));
        text.family("aloft_s3_failures_total", "counter", "Those that failed; status 0 is no answer in time.");
        stores.forEach((store, figures) -> figures.failures().forEach((failed, count) -> {
            Labels labels = Labels.of("store", store).with("operation", failed.operation());
            text.value(labels.with("status", String.valueOf(failed.status())), count);
        }));
        text.family("aloft_s3_awaiting", "gauge", "Requests to S3 that wait for an answer or a connection.");
        stores.forEach((store, figures) -> text.value(Labels.of("store", store), figures.awaiting()));
        text.family("aloft_s3_reading", "gauge", "Answers of S3 that are being read, each on a connection.");
        stores.forEach((store, figures) -> text.value(Labels.of("store", store), figures.reading()));
    }
}
