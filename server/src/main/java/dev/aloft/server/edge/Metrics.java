package dev.aloft.server.edge;

import dev.aloft.server.cache.HttpCache;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// What the edge has done since it was started, in the text form of Prometheus. `docs/reference/edge-metrics.md` names
/// every line. Safe for many threads.
final class Metrics implements RequestLog {

    /// In milliseconds.
    private static final long[] BUCKETS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000};

    private static final Pattern FORWARDED = Pattern.compile("aloft; fwd=([a-z-]+)");

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> cached = new ConcurrentSkipListMap<>();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder[] faster = new LongAdder[BUCKETS.length];
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final HttpCache cache;

    Metrics(HttpCache cache) {
        this.cache = cache;
        for (int i = 0; i < faster.length; i++) {
            faster[i] = new LongAdder();
        }
    }

    /// Counts a request that has been answered.
    @Override
    public void log(Request request, Response response) {
        long took = NanoTime.since(request.getBeginNanoTime());
        add(requests, String.valueOf(response.getStatus()));
        add(cached, outcome(response.getHeaders().get("Cache-Status")));
        bytes.add(Math.max(0, Response.getContentBytesWritten(response)));
        count.increment();
        nanos.add(took);
        for (int i = 0; i < BUCKETS.length; i++) {
            if (took <= TimeUnit.MILLISECONDS.toNanos(BUCKETS[i])) {
                faster[i].increment();
            }
        }
    }

    private static void add(Map<String, LongAdder> counters, String label) {
        LongAdder counter = counters.get(label);
        (counter == null ? counters.computeIfAbsent(label, _ -> new LongAdder()) : counter).increment();
    }

    /// What the cache had to do with an answer: one of few words, whatever others have written into the field.
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

    String text() {
        StringBuilder text = new StringBuilder();
        head(text, "aloft_edge_requests_total", "counter", "Requests that were answered, by status.");
        requests.forEach(
                (status, n) -> line(text, "aloft_edge_requests_total", "{status=\"" + status + "\"}", n.sum()));
        head(text, "aloft_edge_cache_total", "counter", "The same by what the cache did.");
        cached.forEach((result, n) -> line(text, "aloft_edge_cache_total", "{result=\"" + result + "\"}", n.sum()));
        head(text, "aloft_edge_sent_bytes_total", "counter", "Bytes of answers, without their heads.");
        line(text, "aloft_edge_sent_bytes_total", "", bytes.sum());
        head(
                text,
                "aloft_edge_duration_seconds",
                "histogram",
                "From the first byte of a request to the last of its answer.");
        for (int i = 0; i < BUCKETS.length; i++) {
            String limit = String.format(Locale.ROOT, "{le=\"%s\"}", BUCKETS[i] / 1000.0);
            line(text, "aloft_edge_duration_seconds_bucket", limit, faster[i].sum());
        }
        line(text, "aloft_edge_duration_seconds_bucket", "{le=\"+Inf\"}", count.sum());
        text.append("aloft_edge_duration_seconds_sum ")
                .append(nanos.sum() / 1e9)
                .append('\n');
        line(text, "aloft_edge_duration_seconds_count", "", count.sum());
        gauge(text, "aloft_cache_memory_bytes", "What the cache holds in memory.", cache.memoryBytes());
        gauge(text, "aloft_cache_disk_bytes", "What the cache holds on disk.", cache.diskBytes());
        gauge(text, "aloft_cache_urls", "URLs that the cache knows.", cache.count());
        gauge(text, "aloft_cache_fetches", "Questions to origins under way.", cache.fetchesUnderWay());
        head(text, "aloft_origin_requests_total", "counter", "Questions to an origin, by how they ended.");
        cache.origins().forEach((origin, asked) -> {
            String label = "{origin=\"" + origin + "\",outcome=\"";
            line(text, "aloft_origin_requests_total", label + "answer\"}", asked.answered());
            line(text, "aloft_origin_requests_total", label + "failure\"}", asked.failed());
        });
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        head(text, name, "gauge", help);
        line(text, name, "", value);
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }
}
