package dev.aloft.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.CommandRun;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `aloft top` before an agent and an edge that serve.
@Timeout(60)
final class TopCommandTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path folder;

    private static EmbeddedS3 s3;
    private static Store store;
    private static Edge edge;

    @BeforeAll
    static void start() throws IOException {
        S3Credentials keys = S3Credentials.random();
        s3 = EmbeddedS3.start(folder.resolve("s3"), keys);
        s3.createBucket("media");
        store = Store.open(StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), keys.accessKey(), keys.secretKey());
        Bucket bucket = store.bucket("media");
        bucket.put(
                ObjectKey.of("uploads/cat.jpg"),
                new ByteArrayInputStream(new byte[5000]),
                5000,
                "image/jpeg",
                WriteCondition.always());
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, FilePath.ROOT))
                .withOperators(OperatorSettings.NONE.withAdmin(
                        InetSocketAddress.createUnresolved("127.0.0.1", 0), UrlSecret.of(TOKEN))));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        store.close();
        s3.close();
    }

    @Test
    void oneSecondIsPrintedForScripts() throws Exception {
        CommandRun run;
        try (Visitors _ = new Visitors()) {
            run = CommandRun.of("top", "--once", "--config", configuration(edge.adminPort(), TOKEN));
        }
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).doesNotContain("\033").isNotBlank();
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(number(run.out(), "requests +([0-9.]+)/s")).isPositive();
        assertThat(number(run.out(), "hits ([0-9.]+)%")).isPositive();
        assertThat(run.out())
                .containsPattern("sent [0-9.]+ ([KM]i)?B/s")
                .containsPattern("mean [0-9.]+ ms")
                .containsPattern("S3 +[0-9.]+/s   failed 0.0/s")
                // The upload, and that its folder has no rules.
                .containsPattern("cache +memory [0-9.]+ KiB   disk 0 B   URLs 2")
                .containsPattern("(?m)^ +[0-9.]+ +[0-9.]+ [KM]iB  /uploads/cat.jpg$");
    }

    @Test
    void anEdgeThatDoesNothingIsShownDoingNothing() throws Exception {
        CommandRun run = CommandRun.of(
                "top",
                "--once",
                "--admin",
                "http://127.0.0.1:" + edge.adminPort(),
                "--config",
                configuration(1, TOKEN));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("hits -").contains("mean -");
    }

    @Test
    void onATerminalItContinuesUntilItIsInterrupted() throws Exception {
        StringWriter out = new StringWriter();
        String configuration = configuration(edge.adminPort(), TOKEN);
        Thread top = Thread.ofPlatform()
                .start(() -> new CommandLine(new TopCommand(() -> true))
                        .setOut(new PrintWriter(out, true))
                        .execute("--config", configuration));
        Eventually.await(
                "it has been printed twice",
                () -> Pattern.compile("(?m)^cache ")
                                .matcher(out.toString())
                                .results()
                                .count()
                        >= 2);
        top.interrupt();
        top.join();
        assertThat(out.toString()).contains("\033[H\033[2J");
    }

    @Test
    void aSitesAgentIsShownWithItsFigures() throws Exception {
        try (Agent _ = agent()) {
            request("PUT", "/media/uploads/dog%20%C3%A9.jpg", "woof");
            String configuration = write("listen = \":0\"\n");

            CommandRun run = CommandRun.of("top", "--config", configuration);

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out())
                    .containsPattern("(?m)^site site +uploads work   agent \\S* since 20\\S+Z$")
                    .containsPattern("(?m)^PHP +0\\.0 requests/s   since the start [0-9]+, failed 0$")
                    .containsPattern(
                            "(?m)^S3, 24 h +reads \\d+   writes [1-9]\\d*   listings \\d+   deletions 0   failed 0   about \\$0\\.0")
                    .containsPattern("(?m)^files +[2-9]   .* a month$")
                    .containsPattern("(?m)^snapshots +newest 2026-11-29T12:00:00Z   verified$")
                    .containsPattern("(?m)^edge +\\[edge\\] has no admin")
                    .doesNotContain("\u001b")
                    .doesNotContain("edge, 24 h");
        }
    }

    @Test
    void aMigrationUnderWayIsShown() throws Exception {
        OperationFiles operations = new OperationFiles(folder.resolve("site.operations"));
        Progress progress = new Progress();
        progress.begin("copying files");
        progress.copied(2 << 20);
        try (Agent _ = agent();
                OperationFiles.Shown _ = operations.show("migrate in", progress)) {
            Eventually.await("it is shown", () -> !operations.read().isEmpty());
            String config = configuration(edge.adminPort(), TOKEN);

            assertThat(CommandRun.of("top", "--once", "--config", config).out())
                    .contains("under way     migrate in, copying files: 1 files, 1 copied (2.0 MiB) since 2");
            JsonNode shown = JsonMapper.shared()
                    .readTree(CommandRun.of("top", "--json", "--config", config).out())
                    .at("/sites/0/operations/0");
            assertThat(shown.path("name").asString()).isEqualTo("migrate in");
            assertThat(shown.path("bytes").asLong()).isEqualTo(2 << 20);
            assertThat(shown.path("stream").asBoolean()).isFalse();
        }
    }

    @Test
    void aDumpUnderWayIsShownWithItsBytes() throws Exception {
        OperationFiles operations = new OperationFiles(folder.resolve("site.operations"));
        Progress progress = new Progress();
        progress.beginStream("dumping the database", 0);
        progress.counting(OutputStream.nullOutputStream()).write(new byte[2 << 20]);
        try (Agent _ = agent();
                OperationFiles.Shown _ = operations.show("backup create", progress)) {
            Eventually.await("it is shown", () -> !operations.read().isEmpty());

            assertThat(CommandRun.of("top", "--once", "--config", configuration(edge.adminPort(), TOKEN))
                            .out())
                    .contains("under way     backup create, dumping the database: 2.0 MiB since 2");
        }
    }

    @Test
    void theFiguresArePrintedInJson() throws Exception {
        try (Agent _ = agent()) {
            CommandRun run = CommandRun.of("top", "--json", "--config", configuration(edge.adminPort(), TOKEN));

            assertThat(run.code()).as(run.err()).isZero();
            JsonNode site =
                    JsonMapper.shared().readTree(run.out()).path("sites").path(0);
            assertThat(site.path("name").asString()).isEqualTo("site");
            assertThat(site.path("state").path("writable").asBoolean()).isTrue();
            assertThat(site.path("day").path("read").isNumber()).isTrue();
            assertThat(site.path("day").path("price").isNumber()).isTrue();
            assertThat(site.path("usage").path("groups").isArray()).isTrue();
            assertThat(site.path("snapshots").path("configured").asBoolean()).isTrue();
            assertThat(JsonMapper.shared().readTree(run.out()).path("edge").values())
                    .anyMatch(metric -> metric.path("name").asString().equals("aloft_edge_requests"));
        }
    }

    @Test
    void aFailureOfTheAgentIsShown() throws Exception {
        try (Agent _ = agent()) {
            request("GET", "/other/cat.jpg", "");

            CommandRun run = CommandRun.of("top", "--config", configuration(1, TOKEN));

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out())
                    .containsPattern("(?m)^failed +20\\S+Z 403 GET /other/cat.jpg: ")
                    .contains("no edge answers at http://127.0.0.1:1");
        }
    }

    private static Agent agent() throws IOException {
        SnapshotSource.Entry snapshot = new SnapshotSource.Entry(
                "20261129T120000.000Z-0",
                Instant.parse("2026-11-29T12:00:00Z"),
                1,
                5000,
                false,
                Optional.of(new SnapshotSource.Verification(Instant.parse("2026-11-29T12:05:00Z"), 0)));
        AgentSite site = new AgentSite(
                        "site", socket(), null, new FileTree(store.bucket("media"), FilePath.ROOT), 1 << 20)
                .withFigures(new SiteFigures(Provider.AWS, false))
                .withSnapshots(() -> new SnapshotSource.Report(
                        Instant.now(), true, Optional.empty(), List.of(snapshot), 0, Optional.empty()));
        return Agent.start(List.of(site));
    }

    private static Path socket() {
        return folder.resolve("site.sock");
    }

    private static void request(String method, String target, String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            String request = method + " " + target + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n" + body;
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            while (channel.read(ByteBuffer.allocate(1000)) >= 0) {
                // until the agent has answered
            }
        }
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        String token = configuration(edge.adminPort(), "another token of more than 32 bytes");
        assertFails(3, "does not take this admin_token", "ALOFT_EDGE_ADMIN_TOKEN", token);
        assertFails(4, "no edge answers at http://127.0.0.1:1", "aloft serve", configuration(1, TOKEN));
        assertFails(4, "/snapshot answers 404", "--admin", configuration(edge.port(), TOKEN));
        assertFails(3, "[edge] has no admin,", "add admin", write("listen = \":0\"\n"));
        assertFails(3, "has no admin_token", "ALOFT_EDGE_ADMIN_TOKEN", write("listen = \":0\"\nadmin = \":1\"\n"));
        assertFails(3, "there is no configuration at", "--config", "none.toml");
    }

    @Test
    void aLargeSnapshotIsReadWholeAndOneThatStallsIsNoAnswer() throws Exception {
        CountDownLatch isOver = new CountDownLatch(1);
        AtomicBoolean stalls = new AtomicBoolean();
        HttpServer admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/snapshot", exchange -> {
            String path = "{\"path\": \"/uploads/%s\", \"requests\": 1, \"bytes\": 1}".formatted("a".repeat(180));
            byte[] snapshot = ("{\"metrics\": [], \"paths\": [" + String.join(",", Collections.nCopies(1000, path))
                            + "]}")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, snapshot.length);
            exchange.getResponseBody().write(snapshot, 0, stalls.get() ? 1 : snapshot.length);
            exchange.getResponseBody().flush();
            try {
                if (stalls.get()) {
                    isOver.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        admin.start();
        try {
            String configuration = configuration(admin.getAddress().getPort(), TOKEN);
            CommandRun run = CommandRun.of("top", "--once", "--config", configuration);
            assertThat(run.code()).as(run.err()).isZero();
            stalls.set(true);
            assertFails(4, "no complete response", "aloft serve", configuration);
        } finally {
            isOver.countDown();
            admin.stop(0);
        }
    }

    private static void assertFails(int code, String found, String advice, String configuration) {
        CommandRun run = CommandRun.of("top", "--once", "--config", configuration);
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        List<String> lines = run.err().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains(found);
        assertThat(lines.get(1)).contains(advice);
        assertThat(run.err()).doesNotContain(TOKEN);
    }

    private static String configuration(int admin, String token) throws IOException {
        return write("listen = \":0\"\nadmin = \"127.0.0.1:" + admin + "\"\nadmin_token = \"" + token + "\"\n");
    }

    private static String write(String edge) throws IOException {
        String text = "[s3]\nprovider = \"other\"\nendpoint = \"" + s3.endpoint() + "\"\n\n[edge]\n" + edge
                + "\n[[site]]\nname = \"site\"\nbucket = \"media\"\nsocket = \"" + socket() + "\"\n";
        return Files.writeString(Files.createTempFile(folder, "aloft", ".toml"), text)
                .toString();
    }

    private static double number(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> Double.parseDouble(match.group(1)))
                .findFirst()
                .orElse(-1.0);
    }

    /// Ask for one picture again and again.
    private static final class Visitors implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final HttpClient client = HttpClient.newHttpClient();

        Visitors() {
            Thread.ofVirtual().start(this::ask);
        }

        private void ask() {
            HttpRequest request = HttpRequest.newBuilder(edge.uri().resolve("uploads/cat.jpg"))
                    .build();
            while (!over.get()) {
                try {
                    client.send(request, BodyHandlers.discarding());
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void close() {
            over.set(true);
            client.close(); // waits for the request under way
        }
    }
}
