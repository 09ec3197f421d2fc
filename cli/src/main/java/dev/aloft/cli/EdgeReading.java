package dev.aloft.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an edge said at one moment: its metrics, and the paths that are asked for most.
///
/// @param samples the metrics by name with labels, as in `aloft_cache_total{result="hit"}`
/// @param paths by path
/// @param nanos when
record EdgeReading(Map<String, Double> samples, Map<String, Asked> paths, long nanos) {

    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z][^ {]*(?:\\{.*})?) (\\S+)$");
    private static final Pattern PATH = Pattern.compile("(?m)^(\\d+) (\\d+) (.*)$");
    private static final Set<String> HITS = Set.of("hit", "stale", "stale-if-error");
    private static final int MAX_PATHS = 15;
    private static final int WIDTH = 100;

    /// How often a path was asked for, and how many bytes it took.
    record Asked(long requests, long bytes) {

        Asked minus(Asked before) {
            // The edge has forgotten it meanwhile, and counts anew.
            return before.requests > requests ? this : new Asked(requests - before.requests, bytes - before.bytes);
        }
    }

    static EdgeReading of(String metrics, String top, long nanos) {
        Map<String, Double> samples = new HashMap<>();
        for (Matcher line = SAMPLE.matcher(metrics); line.find(); ) {
            samples.put(line.group(1), Double.valueOf(line.group(2)));
        }
        Map<String, Asked> paths = new HashMap<>();
        for (Matcher line = PATH.matcher(top); line.find(); ) {
            paths.put(line.group(3), new Asked(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))));
        }
        return new EdgeReading(samples, paths, nanos);
    }

    /// What has happened since another reading of before, for people.
    String since(EdgeReading before) {
        double seconds = Math.max(1e-3, (nanos - before.nanos) / 1e9);
        Change change = new Change(before, seconds);
        double looked = change.sum("aloft_edge_cache_total", labels -> !labels.contains("\"none\""));
        double hits = change.sum(
                "aloft_edge_cache_total", labels -> HITS.stream().anyMatch(hit -> labels.contains("\"" + hit + "\"")));
        StringBuilder text = new StringBuilder();
        text.append(line(String.format(
                Locale.ROOT,
                "requests  %9.1f/s   sent %s/s   hits %s   5xx %.1f/s   mean %s",
                change.all("aloft_edge_requests_total"),
                bytes(change.all("aloft_edge_sent_bytes_total")),
                looked == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * hits / looked),
                change.sum("aloft_edge_requests_total", labels -> labels.contains("\"5")),
                change.mean("aloft_edge_duration_seconds"))));
        text.append(line(String.format(
                Locale.ROOT,
                "S3        %9.1f/s   failed %.1f/s   mean %s   waiting %.0f   reading %.0f   clients' pace %.0f+%.0f",
                change.all("aloft_s3_duration_seconds_count"),
                change.all("aloft_s3_failures_total"),
                change.mean("aloft_s3_duration_seconds"),
                now("aloft_s3_awaiting"),
                now("aloft_s3_reading"),
                now("aloft_edge_places"),
                now("aloft_edge_places_wanted"))));
        text.append(line(String.format(
                Locale.ROOT,
                "cache     memory %s   disk %s   URLs %.0f   fetches %.0f",
                bytes(now("aloft_cache_memory_bytes")),
                bytes(now("aloft_cache_disk_bytes")),
                now("aloft_cache_urls"),
                now("aloft_cache_fetches"))));
        text.append(line(String.format(
                Locale.ROOT,
                "clients   connections %.0f   requests under way %.0f",
                now("aloft_edge_connections"),
                now("aloft_edge_requests"))));
        text.append(line(""))
                .append(line(String.format(Locale.ROOT, "%10s  %10s  %s", "requests/s", "bytes/s", "path")));
        top(before)
                .forEach((path, asked) -> text.append(line(String.format(
                        Locale.ROOT,
                        "%10.1f  %10s  %s",
                        asked.requests() / seconds,
                        bytes(asked.bytes() / seconds),
                        path))));
        return text.toString();
    }

    private Map<String, Asked> top(EdgeReading before) {
        List<Map.Entry<String, Asked>> changed = new ArrayList<>();
        paths.forEach((path, asked) -> {
            Asked since = asked.minus(before.paths.getOrDefault(path, new Asked(0, 0)));
            if (since.requests() > 0) {
                changed.add(Map.entry(path, since));
            }
        });
        changed.sort(Comparator.comparingLong(
                        (Map.Entry<String, Asked> e) -> e.getValue().requests())
                .thenComparingLong(e -> e.getValue().bytes())
                .reversed());
        Map<String, Asked> top = new LinkedHashMap<>();
        changed.stream().limit(MAX_PATHS).forEach(e -> top.put(e.getKey(), e.getValue()));
        return top;
    }

    private static String line(String text) {
        return (text.length() > WIDTH ? text.substring(0, WIDTH) : text) + "\n";
    }

    private static String bytes(double count) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double left = count;
        while (left >= 1000 && unit < units.length - 1) {
            left /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, units[unit]);
    }

    private double now(String family) {
        return sum(family, _ -> true);
    }

    /// All samples of a name whose labels fit.
    private double sum(String name, Predicate<String> labels) {
        return samples.entrySet().stream()
                .filter(sample ->
                        sample.getKey().equals(name) || sample.getKey().startsWith(name + "{"))
                .filter(sample -> labels.test(sample.getKey().substring(name.length())))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /// What has changed since, for each second.
    private final class Change {

        private final EdgeReading before;
        private final double seconds;

        Change(EdgeReading before, double seconds) {
            this.before = before;
            this.seconds = seconds;
        }

        double sum(String name, Predicate<String> labels) {
            // An edge that was started anew counts from nothing.
            return Math.max(0, EdgeReading.this.sum(name, labels) - before.sum(name, labels)) / seconds;
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
