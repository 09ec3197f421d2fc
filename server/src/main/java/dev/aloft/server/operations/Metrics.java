package dev.aloft.server.operations;

import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.operations.MetricsFormat.Labels;
import dev.aloft.store.StoreFigures;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The edge's counters since it was started. `docs/reference/edge-admin.md` names every metric. Safe for many
/// threads.
final class Metrics implements RequestLog {

    private static final Pattern FORWARDED = Pattern.compile("aloft; fwd=([a-z-]+)");

    /// The number of paths in an answer.
    private static final int MAX_PATHS = 200;

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> cached = new ConcurrentSkipListMap<>();
    private final LongAdder bytes = new LongAdder();
    private final StoreFigures.Durations durations = new StoreFigures.Durations();
    private final TopPaths paths = new TopPaths();
    private final HttpCache cache;
    private final ProcessFigures process;
    private final List<Gauge> gauges = new ArrayList<>();

    /// @param process of the edge
    Metrics(HttpCache cache, ProcessFigures process) {
        this.cache = cache;
        this.process = process;
        add("aloft_cache_memory_bytes", "Size of the memory cache.", cache::memoryBytes);
        add("aloft_cache_disk_bytes", "Size of the disk cache.", cache::diskBytes);
        add("aloft_cache_urls", "Cached URLs.", cache::count);
        add("aloft_cache_fetches", "Shared requests to origins in progress.", cache::fetchesUnderWay);
    }

    private record Gauge(String name, String help, LongSupplier value) {}

    /// Adds a gauge, whose value is read for each answer. To be called before the edge serves.
    void add(String name, String help, LongSupplier value) {
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

    /// The most requested paths, for terminals: other characters than those of a URL are replaced.
    List<TopPaths.Asked> topPaths() {
        return paths.top(MAX_PATHS).stream()
                .map(asked ->
                        new TopPaths.Asked(asked.path().replaceAll("[^!-~]", "?"), asked.requests(), asked.bytes()))
                .toList();
    }

    /// All metrics in Prometheus text format.
    String text() {
        PrometheusText text = new PrometheusText();
        writeTo(text);
        return text.toString();
    }

    /// All metrics and the most requested paths in JSON.
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("metrics");
            writeTo(new MetricsJson(json));
            json.writeEndArray();
            json.writeArrayPropertyStart("paths");
            for (TopPaths.Asked asked : topPaths()) {
                json.writeStartObject();
                json.writeStringProperty("path", asked.path());
                json.writeNumberProperty("requests", asked.requests());
                json.writeNumberProperty("bytes", asked.bytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private void writeTo(MetricsFormat format) {
        format.family("aloft_edge_requests_total", "counter", "Requests answered, by status.");
        requests.forEach((status, n) -> format.value(Labels.of("status", status), n.sum()));
        format.family("aloft_edge_cache_total", "counter", "Requests answered, by what the cache did.");
        cached.forEach((result, n) -> format.value(Labels.of("result", result), n.sum()));
        format.family("aloft_edge_sent_bytes_total", "counter", "Bytes of response bodies.")
                .value(Labels.NONE, bytes.sum());
        format.family(
                        "aloft_edge_duration_seconds",
                        "histogram",
                        "Time from the first byte of a request to the last of its response.")
                .histogram(Labels.NONE, durations.sum());
        gauges.forEach(
                gauge -> format.gauge(gauge.name(), gauge.help(), gauge.value().getAsLong()));
        format.family("aloft_origin_requests_total", "counter", "Requests to an origin, by outcome.");
        cache.origins().forEach((origin, asked) -> {
            Labels labels = Labels.of("origin", origin);
            format.value(labels.with("outcome", "answer"), asked.answered());
            format.value(labels.with("outcome", "failure"), asked.failed());
        });
        addCompressions(format);
        process.writeTo(format);
    }

    private void addCompressions(MetricsFormat format) {
        format.family("aloft_compressions_total", "counter", "Compressions of cached responses, by result.");
        cache.compressions().forEach((coding, done) -> {
            Labels labels = Labels.of("coding", coding.token());
            format.value(labels.with("result", "kept"), done.kept());
            format.value(labels.with("result", "dropped"), done.dropped());
        });
        format.family("aloft_compression_in_bytes_total", "counter", "Bytes before compression, of kept results.");
        cache.compressions()
                .forEach((coding, done) -> format.value(Labels.of("coding", coding.token()), done.bytesIn()));
        format.family("aloft_compression_out_bytes_total", "counter", "Bytes after compression, of kept results.");
        cache.compressions()
                .forEach((coding, done) -> format.value(Labels.of("coding", coding.token()), done.bytesOut()));
    }
}
