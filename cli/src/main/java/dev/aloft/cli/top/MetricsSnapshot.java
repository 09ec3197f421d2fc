package dev.aloft.cli.top;

import dev.aloft.cli.console.Sizes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Formatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The metrics of an edge and its most requested paths at one moment, as `GET /snapshot` answers them.
///
/// @param paths by path
/// @param nanos of [System#nanoTime()], when it was taken
record MetricsSnapshot(List<Metric> metrics, Map<String, Counts> paths, long nanos) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private static final Set<String> HITS = Set.of("hit", "stale", "stale-if-error");
    private static final int MAX_PATHS = 15;

    /// A counter or gauge, or one of the two numbers of a histogram (`_sum`, `_count`).
    record Metric(String name, Map<String, String> labels, double value) {

        boolean has(String label, Predicate<String> value) {
            String found = labels.get(label);
            return found != null && value.test(found);
        }
    }

    /// Requests for a path, and bytes sent for it.
    record Counts(long requests, long bytes) {

        Counts minus(Counts before) {
            // Fewer than before: the edge dropped the path in between and counts from zero.
            return before.requests > requests ? this : new Counts(requests - before.requests, bytes - before.bytes);
        }
    }

    /// The body of an answer.
    private record Body(List<Metric> metrics, List<Row> paths) {}

    private record Row(String path, long requests, long bytes) {}

    /// @throws JacksonException if the text is not that of a snapshot
    static MetricsSnapshot parse(String text, long nanos) {
        Body body = JSON.readValue(text, Body.class);
        Map<String, Counts> paths = new HashMap<>();
        body.paths().forEach(row -> paths.put(row.path(), new Counts(row.requests(), row.bytes())));
        return new MetricsSnapshot(body.metrics(), paths, nanos);
    }

    /// A page for people: the activity since an earlier snapshot.
    String since(MetricsSnapshot before) {
        double seconds = Math.max(1e-3, (nanos - before.nanos) / 1e9);
        Change change = new Change(before, seconds);
        Formatter text = new Formatter(Locale.ROOT);
        writeRequests(change, text);
        writeS3(change, text);
        text.format(
                "cache     memory %s   disk %s   URLs %.0f   fetches %.0f\n",
                bytes(now("aloft_cache_memory_bytes")),
                bytes(now("aloft_cache_disk_bytes")),
                now("aloft_cache_urls"),
                now("aloft_cache_fetches"));
        text.format(
                "clients   connections %.0f   requests under way %.0f\n",
                now("aloft_edge_connections"), now("aloft_edge_requests"));
        text.format("\n%10s  %10s  %s\n", "requests/s", "bytes/s", "path");
        top(before)
                .forEach((path, counts) -> text.format(
                        "%10.1f  %10s  %s\n", counts.requests() / seconds, bytes(counts.bytes() / seconds), path));
        return text.toString();
    }

    private static void writeRequests(Change change, Formatter text) {
        double looked =
                change.sum("aloft_edge_cache_total", metric -> metric.has("result", result -> !result.equals("none")));
        double hits = change.sum("aloft_edge_cache_total", metric -> metric.has("result", HITS::contains));
        text.format(
                "requests  %9.1f/s   sent %s/s   hits %s   5xx %.1f/s   mean %s\n",
                change.all("aloft_edge_requests_total"),
                bytes(change.all("aloft_edge_sent_bytes_total")),
                looked == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * hits / looked),
                change.sum(
                        "aloft_edge_requests_total", metric -> metric.has("status", status -> status.startsWith("5"))),
                change.mean("aloft_edge_duration_seconds"));
    }

    private void writeS3(Change change, Formatter text) {
        text.format(
                "S3        %9.1f/s   failed %.1f/s   mean %s   waiting %.0f   reading %.0f   clients' pace %.0f+%.0f\n",
                change.all("aloft_s3_duration_seconds_count"),
                change.all("aloft_s3_failures_total"),
                change.mean("aloft_s3_duration_seconds"),
                now("aloft_s3_awaiting"),
                now("aloft_s3_reading"),
                now("aloft_edge_places"),
                now("aloft_edge_places_wanted"));
    }

    private Map<String, Counts> top(MetricsSnapshot before) {
        List<Map.Entry<String, Counts>> changed = new ArrayList<>();
        paths.forEach((path, counts) -> {
            Counts since = counts.minus(before.paths.getOrDefault(path, new Counts(0, 0)));
            if (since.requests() > 0) {
                changed.add(Map.entry(path, since));
            }
        });
        changed.sort(Comparator.comparingLong(
                        (Map.Entry<String, Counts> e) -> e.getValue().requests())
                .thenComparingLong(e -> e.getValue().bytes())
                .reversed());
        Map<String, Counts> top = new LinkedHashMap<>();
        changed.stream().limit(MAX_PATHS).forEach(e -> top.put(e.getKey(), e.getValue()));
        return top;
    }

    private static String bytes(double count) {
        return Sizes.of(Math.round(count));
    }

    private double now(String name) {
        return sum(name, _ -> true);
    }

    private double sum(String name, Predicate<Metric> filter) {
        return metrics.stream()
                .filter(metric -> metric.name().equals(name) && filter.test(metric))
                .mapToDouble(Metric::value)
                .sum();
    }

    /// Changes since an earlier snapshot, per second.
    private final class Change {

        private final MetricsSnapshot before;
        private final double seconds;

        Change(MetricsSnapshot before, double seconds) {
            this.before = before;
            this.seconds = seconds;
        }

        double sum(String name, Predicate<Metric> filter) {
            // A restarted edge counts from zero.
            return Math.max(0, MetricsSnapshot.this.sum(name, filter) - before.sum(name, filter)) / seconds;
        }

        double all(String name) {
            return sum(name, _ -> true);
        }

        String mean(String histogram) {
            double count = all(histogram + "_count");
            return count == 0 ? "-" : String.format(Locale.ROOT, "%.1f ms", 1000 * all(histogram + "_sum") / count);
        }
    }
}
