package dev.aloft.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.operations.MetricsFormat.Labels;
import dev.aloft.store.StoreFigures;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The answers of `/metrics` and `/top`.
final class MetricsTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z][a-z0-9_]*)(\\{(?:[a-z]+=\"(?:[^\"\\\\]|\\\\.)*\",?)+})? (\\d+(?:\\.\\d+(?:E-?\\d+)?)?)");

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        OperatorSettings oversight = OperatorSettings.NONE.withAdmin(
                InetSocketAddress.createUnresolved("127.0.0.1", 0), UrlSecret.of(TOKEN));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withOperators(oversight));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    /// Each line is a sample of the family before it, no family or sample comes twice, and histograms add up.
    @Test
    void thePageIsWhatPrometheusReads() throws IOException {
        s3.put("a.jpg", "image/jpeg", "meow");
        get("a.jpg");
        get("a.jpg");
        get("none.jpg");
        String family = "";
        String type = "";
        Set<String> families = new HashSet<>();
        Set<String> samples = new HashSet<>();
        Map<String, Double> values = new TreeMap<>();
        for (String line : metrics().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                family = words[2];
                type = words[3];
                assertThat(families.add(family)).as(line).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(samples.add(sample.group(1) + sample.group(2)))
                        .as(line)
                        .isTrue();
                String suffix = type.equals("histogram") ? "(_bucket|_sum|_count)" : "";
                assertThat(sample.group(1)).as(line).matches(family + suffix);
                assertThat(sample.group(1).endsWith("_total")).as(line).isEqualTo(type.equals("counter"));
                values.put(sample.group(1) + (sample.group(2) == null ? "" : sample.group(2)), number(sample.group(3)));
            }
        }
        for (String name : List.of("aloft_edge_duration_seconds", "aloft_s3_duration_seconds")) {
            assertAddsUp(name, values);
        }
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private static void assertAddsUp(String name, Map<String, Double> values) {
        List<String> counts = values.keySet().stream()
                .filter(sample -> sample.startsWith(name + "_count"))
                .toList();
        assertThat(counts).isNotEmpty();
        for (String count : counts) {
            String labels = count.replaceFirst(".*_count\\{?", "").replaceFirst("}$", "");
            String begin = name + "_bucket{" + (labels.isEmpty() ? "" : labels + ",") + "le=\"";
            double before = 0;
            for (long limit : StoreFigures.Durations.LIMITS) {
                double within = values.getOrDefault(begin + limit / 1000.0 + "\"}", -1.0);
                assertThat(within).as(begin + limit).isGreaterThanOrEqualTo(before);
                before = within;
            }
            double all = values.getOrDefault(begin + "+Inf\"}", -1.0);
            assertThat(all).isGreaterThanOrEqualTo(before).isEqualTo(values.get(count));
            assertThat(values.get(count.replace("_count", "_sum"))).isPositive();
        }
    }

    @Test
    void requestsToS3AreCountedByOperationAndByHowTheyFailed() throws IOException {
        String asked = "aloft_s3_duration_seconds_count{store=\"" + s3.bucket().where() + "\",operation=\"GetObject\"}";
        String refused =
                "aloft_s3_failures_total{store=\"" + s3.bucket().where() + "\",operation=\"GetObject\",status=\"403\"}";
        s3.put("count.jpg", "image/jpeg", "meow");
        long before = metric(asked);
        get("count.jpg");
        get("missing.jpg");
        assertThat(metric(asked) - before).isEqualTo(2);
        assertThat(metric(refused)).as("what is missing is no failure").isZero();
        s3.front().on("GetObject").next(1).answer(403);
        get("refused.jpg");
        assertThat(metric(refused)).isEqualTo(1);
        for (String idle : List.of("aloft_s3_awaiting", "aloft_s3_reading")) {
            assertThat(metric(idle + "{store=\"" + s3.bucket().where() + "\"}"))
                    .as(idle)
                    .isZero();
        }
    }

    @Test
    void aRequestThatWaitsForS3IsSeenToWait() throws Exception {
        s3.front().on(request -> request.key().endsWith("/slow.jpg")).delay(Duration.ofSeconds(1));
        Thread client = Thread.ofVirtual().start(() -> {
            try {
                get("slow.jpg");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        awaitTrue(() -> metric("aloft_s3_awaiting{store=\"" + s3.bucket().where() + "\"}") == 1);
        assertThat(metric("aloft_edge_requests")).isEqualTo(1);
        assertThat(metric("aloft_edge_connections")).isPositive();
        client.join();
        awaitTrue(() -> metric("aloft_edge_requests") == 0);
    }

    @Test
    void whatALabelHoldsCannotEndIt() {
        assertThat(new PrometheusText()
                        .family("x", "gauge", "X.")
                        .value(Labels.of("a", "\"\\\n"), 1)
                        .toString())
                .endsWith("x{a=\"\\\"\\\\\\n\"} 1\n");
    }

    @Test
    void aDurationCountsFromTheLimitOnThatItKeeps() {
        StoreFigures.Durations durations = new StoreFigures.Durations();
        durations.add(TimeUnit.MILLISECONDS.toNanos(2));
        durations.add(TimeUnit.MILLISECONDS.toNanos(2) + 1);
        durations.add(TimeUnit.SECONDS.toNanos(11));
        StoreFigures.Durations.Sum sum = durations.sum();
        assertThat(List.of(sum.within(0), sum.within(1), sum.within(2), sum.within(12), sum.count()))
                .containsExactly(0L, 1L, 2L, 2L, 3L);
    }

    @Test
    void thePathsThatAreAskedForMostAreForWhoHasTheToken() throws Exception {
        s3.put("often.jpg", "image/jpeg", "meow");
        for (int i = 0; i < 7; i++) {
            get("often.jpg");
        }
        awaitTrue(() -> top().contains("7 28 /uploads/often.jpg\n"));
        assertThat(Answer.to(edge.adminPort(), "GET", "/top").status()).isEqualTo(401);
    }

    @Test
    void ofManyPathsTheFewThatMatterAreKept() {
        TopPaths paths = new TopPaths();
        for (int i = 0; i < 100_000; i++) {
            paths.add("/seldom" + i, 1);
            if (i % 100 == 0) {
                paths.add("/often", 1);
            }
            if (i % 1000 == 0) {
                paths.add("/large", 1_000_000);
            }
        }
        assertThat(paths.top(4))
                .contains(new TopPaths.Asked("/often", 1000, 1000), new TopPaths.Asked("/large", 100, 100_000_000));
        assertThat(paths.top(100_000).size()).isLessThanOrEqualTo(2 * TopPaths.MAX_PATHS);
        paths.add("/" + "x".repeat(5000), 1);
        assertThat(paths.top(100_000)).allMatch(asked -> asked.path().length() <= TopPaths.MAX_LENGTH);
    }

    /// A request is counted when it has ended, a moment after the client has its answer.
    private static void awaitTrue(Callable<Boolean> condition) throws Exception {
        Eventually.await("the count", condition);
    }

    private static Answer get(String name) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/" + name);
    }

    private static String metrics() throws IOException {
        Answer answer = Answer.to(edge.adminPort(), "GET", "/metrics");
        assertThat(answer.header("content-type")).isEqualTo(PrometheusText.TYPE);
        return answer.text();
    }

    private static String top() throws IOException {
        return Answer.to(edge.adminPort(), "GET", "/top", "Authorization: Bearer " + TOKEN)
                .text();
    }

    private static long metric(String name) throws IOException {
        Matcher line = Pattern.compile("^" + Pattern.quote(name) + " (\\d+)$", Pattern.MULTILINE)
                .matcher(metrics());
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
