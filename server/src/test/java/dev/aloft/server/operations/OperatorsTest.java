package dev.aloft.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FileTree;
import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.AgentFigures;
import dev.aloft.server.AgentFigures.ObjectCacheFigures;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OperatorsTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final UrlSecret SECRET = UrlSecret.of(TOKEN);

    private static final AgentFigures AGENT =
            new AgentFigures("site", 9, 2, false, Optional.of(new ObjectCacheFigures(7, 5, 64, 1)));

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, site())
                .withOperators(
                        OperatorSettings.NONE.withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET));
        edge = Edge.start(settings);
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void beCalm() throws Exception {
        s3.recover();
    }

    @Test
    void whatWasAnsweredIsCounted() throws Exception {
        s3.put("count.jpg", "image/jpeg", "12345");
        long hits = metric("aloft_edge_cache_total{result=\"hit\"}");
        long misses = metric("aloft_edge_cache_total{result=\"uri-miss\"}");
        long bytes = metric("aloft_edge_sent_bytes_total");
        long asked = metric("aloft_origin_requests_total{origin=\"site/uploads\",outcome=\"answer\"}");
        for (int i = 0; i < 3; i++) {
            Answer.to(edge.port(), "GET", "/uploads/count.jpg");
        }
        awaitTrue(() -> metric("aloft_edge_cache_total{result=\"hit\"}") - hits == 2);
        awaitTrue(() -> metric("aloft_edge_cache_total{result=\"uri-miss\"}") - misses == 1);
        awaitTrue(() -> metric("aloft_edge_sent_bytes_total") - bytes == 15);
        assertThat(metric("aloft_origin_requests_total{origin=\"site/uploads\",outcome=\"answer\"}") - asked)
                .isEqualTo(1);
        assertThat(metric("aloft_cache_memory_bytes")).isPositive();
    }

    @Test
    void everyMetricIsOnThePageAndNoOther() throws IOException {
        Answer.to(edge.port(), "GET", "/uploads/none.jpg");
        Path page = Path.of(System.getProperty("aloft.root"), "docs/reference/edge-admin.md");
        Pattern row = Pattern.compile("^\\| `(aloft_[a-z0-9_]+)`", Pattern.MULTILINE);
        Pattern name = Pattern.compile("^# TYPE (aloft_[a-z0-9_]+) ", Pattern.MULTILINE);
        List<String> onPage = row.matcher(Files.readString(page))
                .results()
                .map(m -> m.group(1))
                .toList();
        try (Edge edgeOfAll = edgeWithAllMetrics()) {
            String metrics = Answer.to(edgeOfAll.adminPort(), "GET", "/metrics").text();
            assertThat(name.matcher(metrics).results().map(m -> m.group(1)))
                    .containsExactlyInAnyOrderElementsOf(onPage);
            assertThat(metrics.lines())
                    .contains(
                            "aloft_agent_exchanges_total{site=\"site\"} 9",
                            "aloft_agent_failures_total{site=\"site\"} 2",
                            "aloft_agent_writable{site=\"site\"} 0",
                            "aloft_object_cache_hits_total{site=\"site\"} 7",
                            "aloft_object_cache_misses_total{site=\"site\"} 5",
                            "aloft_object_cache_bytes{site=\"site\"} 64",
                            "aloft_object_cache_evictions_total{site=\"site\"} 1",
                            "aloft_backup_interval_seconds{site=\"site\"} 3600",
                            "aloft_backup_newest_seconds{site=\"site\"} 0",
                            "aloft_backup_verified_seconds{site=\"site\"} 60",
                            "aloft_backup_damaged{site=\"site\"} 1",
                            "aloft_backup_running{site=\"site\"} 1",
                            "aloft_backup_failures_total{site=\"site\"} 3")
                    .noneMatch(line -> line.startsWith("aloft_backup_log_seconds{"));
        }
    }

    /// An edge in a fleet without a server, with scheduled backups.
    private static Edge edgeWithAllMetrics() throws IOException {
        BackupFigures backups = new BackupFigures(
                "site",
                Duration.ofHours(1),
                Optional.empty(),
                true,
                Optional.of(Instant.ofEpochSecond(60)),
                false,
                Optional.empty(),
                true,
                3);
        FleetSettings nowhere = new FleetSettings(RedisAddress.parse("redis://127.0.0.1:1"), "none");
        try (FleetBus bus = FleetBus.open(nowhere, InstantSource.system());
                CdnNotifier cdns = CdnNotifier.open(List.of())) {
            return Edge.start(EdgeSettings.of("127.0.0.1", 0, site())
                    .withFleet(bus)
                    .withCdns(cdns)
                    .withOperators(OperatorSettings.NONE
                            .withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET)
                            .withAgents(() -> List.of(AGENT))
                            .withBackups(() -> List.of(backups))));
        }
    }

    @Test
    void anAgentWithoutAnEdgeHasTheSameMetricsButTheEdges() throws IOException {
        ProcessFigures figures = new ProcessFigures(
                List.of(s3.bucket()), () -> List.of(AGENT), List::of, Optional.empty(), Optional.empty());
        try (AgentOperations agent = AgentOperations.start(
                InetSocketAddress.createUnresolved("127.0.0.1", 0),
                List.of(site().uploads()),
                figures,
                InheritedSockets.none())) {
            assertThat(Answer.to(agent.port(), "GET", "/healthz").text()).isEqualTo("alive\n");
            assertThat(Answer.to(agent.port(), "GET", "/readyz").text()).isEqualTo("ready\n");
            assertThat(Answer.to(agent.port(), "GET", "/metrics").text().lines())
                    .contains("aloft_agent_exchanges_total{site=\"site\"} 9", "# TYPE aloft_s3_awaiting gauge")
                    .noneMatch(line -> line.startsWith("aloft_edge_") || line.startsWith("aloft_cache_"));
            assertThat(Answer.to(agent.port(), "POST", "/purge?site=site").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void aSnapshotHasTheSamplesOfAllMetricsAndTheMembersOfThePage() throws Exception {
        Answer.to(edge.port(), "GET", "/uploads/none.jpg");
        awaitTrue(() -> snapshot().contains("/uploads/none.jpg"));
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/edge-admin.md"));
        String json = snapshot();
        Set<String> samples = Pattern.compile("\"name\":\"(\\w+)\",\"labels\":(\\{.*?})")
                .matcher(json)
                .results()
                .map(m -> m.group(1) + m.group(2).replaceAll("\"(\\w+)\":", "$1="))
                .map(sample -> sample.replace("{}", ""))
                .collect(Collectors.toSet());
        assertThat(admin("GET", "/metrics").text().lines())
                .filteredOn(line -> !line.startsWith("#") && !line.contains("_bucket{"))
                .extracting(line -> line.substring(0, line.lastIndexOf(' ')))
                .containsExactlyInAnyOrderElementsOf(samples);
        assertThat(Pattern.compile("\"(\\w+)\":").matcher(json).results().map(m -> m.group(1)))
                .allMatch(member -> page.contains("\"" + member + "\":") || page.contains("`" + member + "`"));
        assertThat(admin("GET", "/snapshot").status()).isEqualTo(401);
    }

    private static String snapshot() throws IOException {
        return admin("GET", "/snapshot", "Authorization: Bearer " + TOKEN).text();
    }

    @Test
    void anEdgeWhoseS3IsDownIsReadyAndSaysSo() throws Exception {
        s3.put("down.jpg", "image/jpeg", "x");
        assertThat(admin("GET", "/healthz").text()).isEqualTo("alive\n");
        assertThat(admin("GET", "/readyz").text()).isEqualTo("ready\n");
        s3.front().goDown();
        Answer.to(edge.port(), "GET", "/uploads/down.jpg");
        Eventually.await("the outage is noticed", () -> s3.bucket().trouble().isPresent());
        Answer ready = admin("GET", "/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.text()).startsWith("ready\nsite site: cannot ");
    }

    @Test
    void anEdgeThatStopsIsNotReadyWhileItAnswersWhatIsInProgress() throws Exception {
        s3.put("slow.txt", "text/plain", "x");
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        s3.front().on(request -> isHeld(request, arrived, released)).answer(500);
        Edge stopping = Edge.start(EdgeSettings.of("127.0.0.1", 0, site())
                .withOperators(
                        OperatorSettings.NONE.withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = stopping.port();
            Future<Answer> answer = threads.submit(() -> Answer.to(port, "GET", "/uploads/slow.txt"));
            arrived.await();
            Future<?> stop = threads.submit(stopping::close);
            Eventually.await(
                    "the edge is not ready",
                    () -> Answer.to(stopping.adminPort(), "GET", "/readyz").status() == 503);
            released.countDown();
            assertThat(answer.get().text()).isEqualTo("x");
            stop.get();
        } finally {
            released.countDown();
            stopping.close();
        }
    }

    /// Never true: the request waits, and then goes on to S3.
    private static boolean isHeld(S3Request request, CountDownLatch arrived, CountDownLatch released) {
        if (request.key().endsWith("slow.txt")) {
            arrived.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return false;
    }

    @Test
    void whatDoesNotHoldOnTheStoreIsSaid() throws IOException {
        s3.front().on(request -> !request.conditions().isEmpty()).answer(501);
        StoreSettings unknown = StoreSettings.at(Provider.OTHER, s3.front().endpoint());
        try (Store store = Store.open(unknown, S3Fixture.USER, S3Fixture.SECRET)) {
            Bucket bucket = store.bucket(S3Fixture.NAME);
            new FileTree(bucket, S3Fixture.TOP).probeStore();
            EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, S3Fixture.TOP))
                    .withOperators(OperatorSettings.NONE.withAdmin(
                            InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET));
            try (Edge saying = Edge.start(settings)) {
                assertThat(Answer.to(saying.adminPort(), "GET", "/readyz").text())
                        .startsWith("ready\nsite site: this store does not keep If-None-Match of PutObject: ")
                        .contains("If-Match of CompleteMultipartUpload");
            }
        }
    }

    @Test
    void whoHasTheTokenCanPurgeAPathAPrefixOrAll() throws IOException {
        for (String query : new String[] {"&path=a/x.txt", "&prefix=a/", ""}) {
            s3.put("a/x.txt", "text/plain", "old");
            Answer.to(edge.port(), "GET", "/uploads/a/x.txt");
            StoredObject now = s3.put("a/x.txt", "text/plain", "new");
            assertThat(Answer.to(edge.port(), "GET", "/uploads/a/x.txt").text()).isEqualTo("old");
            Answer purged = admin("POST", "/purge?site=site" + query, "Authorization: Bearer " + TOKEN);
            assertThat(purged.status()).isEqualTo(200);
            assertThat(s3.bucket().head(now.key(), Duration.ofHours(1)).orElseThrow())
                    .as("what the process knows of it")
                    .returns(now.etag(), StoredObject::etag);
            assertThat(Answer.to(edge.port(), "GET", "/uploads/a/x.txt").text()).isEqualTo("new");
            admin("POST", "/purge?site=site", "Authorization: Bearer " + TOKEN);
        }
    }

    @Test
    void whatOneHostChangesTheEdgesOfOthersDrop() throws Exception {
        EdgeSite other = EdgeSite.of(s3.bucketOfAnotherHost(), S3Fixture.TOP);
        OperatorSettings telling = OperatorSettings.NONE
                .withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET)
                .withPeers(List.of(URI.create("http://127.0.0.1:" + edge.adminPort())));
        try (Edge _ = Edge.start(EdgeSettings.of("127.0.0.1", 0, other).withOperators(telling))) {
            s3.put("told é.txt", "text/plain", "old");
            awaitTrue(() -> Answer.to(edge.port(), "GET", "/uploads/told%20%C3%A9.txt")
                    .text()
                    .equals("old"));
            s3.put("told é.txt", "text/plain", "new");
            awaitTrue(() -> Answer.to(edge.port(), "GET", "/uploads/told%20%C3%A9.txt")
                    .text()
                    .equals("new"));
        }
    }

    @Test
    void nobodyElseCan() throws IOException {
        assertThat(admin("POST", "/purge?site=site").status()).isEqualTo(401);
        assertThat(admin("POST", "/purge?site=site", "Authorization: Bearer x" + TOKEN)
                        .status())
                .isEqualTo(401);
        assertThat(admin("GET", "/purge?site=site", "Authorization: Bearer " + TOKEN)
                        .status())
                .isEqualTo(404);
        assertThat(admin("POST", "/purge", "Authorization: Bearer " + TOKEN).status())
                .isEqualTo(404);
        assertThat(admin("POST", "/purge?site=other", "Authorization: Bearer " + TOKEN)
                        .status())
                .isEqualTo(404);
        assertThat(Answer.to(edge.port(), "POST", "/purge?site=site", "Authorization: Bearer " + TOKEN)
                        .status())
                .as("where visitors are")
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestIsALineWhateverItHolds(OperatorSettings.LogForm form, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("access.log");
        SignedUrl signed = SignedUrl.sign(S3Fixture.key(SECRET), "x", Instant.now());
        try (Edge logging = Edge.start(EdgeSettings.of("127.0.0.1", 0, site())
                .withOperators(OperatorSettings.NONE.withAccessLog(file, form)))) {
            String presigned = "&X-Amz-Signature=123abc&presign=X-Amz-Signature%3D123abc";
            Answer.to(
                    logging.port(), "GET", "/uploads/x?" + signed.query() + presigned, "User-Agent: \"quoted\" \\ \tü");
            Answer.to(logging.port(), "HEAD", "/", "Referer: https://site.test/y?" + signed.query());
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines)
                .hasSize(2)
                .noneMatch(text -> text.contains(signed.signature()))
                .anyMatch(text -> text.contains("https://site.test/y?aloft-expires"));
        String line =
                lines.stream().filter(l -> l.contains("/uploads/x")).findFirst().orElseThrow();
        assertThat(line)
                .contains("127.0.0.1", "404", "aloft-signature=-")
                .doesNotContain(signed.signature())
                .doesNotContain("123abc");
        assertThat(line)
                .containsPattern(
                        form == OperatorSettings.LogForm.JSON
                                ? "^\\{\"time\":\"20.*\"status\":404,.*\"agent\":\"\\\\\"quoted\\\\\" "
                                : "^127.0.0.1 - - \\[\\d.*] \"GET /uploads/x\\?aloft-.* HTTP/1.1\" 404 10 \"-\" \"\\\\\"quoted");
    }

    /// A request is counted when it has ended, a moment after the client has its answer.
    private static void awaitTrue(Callable<Boolean> condition) throws Exception {
        Eventually.await("the count", condition);
    }

    private static EdgeSite site() {
        return s3.site();
    }

    private static Answer admin(String method, String target, String... fields) throws IOException {
        return Answer.to(edge.adminPort(), method, target, fields);
    }

    private static long metric(String name) throws IOException {
        Matcher line = Pattern.compile("^" + Pattern.quote(name) + " (\\d+)$", Pattern.MULTILINE)
                .matcher(admin("GET", "/metrics").text());
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
