package dev.aloft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.FrontServer;
import dev.aloft.cli.JavaCommand;
import dev.aloft.cli.Main;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.SocketHolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Restarts of `aloft serve` while visitors read through nginx and PHP uploads: every request is answered, and no
/// upload is lost.
@Timeout(300)
final class RestartUnderLoadTest {

    private static final String BUCKET = "media";
    private static final String HOST = "shop.test";
    private static final String TARGET = "/uploads/cat.jpg";
    private static final byte[] PICTURE = new byte[20_000];

    @TempDir
    private Path folder;

    private S3Credentials keys;
    private EmbeddedS3 s3;
    private Store store;
    private Bucket bucket;

    @BeforeEach
    void start() throws IOException {
        keys = S3Credentials.random();
        s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
        s3.createBucket(BUCKET);
        store = Store.open(StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), keys.accessKey(), keys.secretKey());
        bucket = store.bucket(BUCKET);
        bucket.put(
                ObjectKey.of("uploads/cat.jpg"),
                new ByteArrayInputStream(PICTURE),
                PICTURE.length,
                "image/jpeg",
                WriteCondition.always());
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        s3.close();
    }

    @Test
    void aHostWhoseSocketsTheServiceManagerHoldsAnswersEveryRequest() throws Exception {
        Host host = new Host("one");
        try (SocketHolder service = host.start(host.socket.toString(), String.valueOf(host.edge));
                FrontServer nginx = nginx(host.edge);
                SteadyLoad load = SteadyLoad.on(nginx.port(), TARGET, List.of(host.socket), BUCKET)) {
            load.awaitProgress();
            for (int i = 0; i < 2; i++) {
                service.restart();
                load.awaitProgress();
            }
            assertNothingIsLost(load);
        }
        assertThat(Files.readString(host.log))
                .contains("the edge stops: ", "the edge has stopped after ", " 0 aborted")
                .contains("the agent stops: ", "the agent has stopped after ");
    }

    @Test
    void twoHostsRestartOneAfterTheOtherBehindOneNginx() throws Exception {
        Host first = new Host("first");
        Host second = new Host("second");
        try (SocketHolder one = first.start(first.socket.toString());
                SocketHolder other = second.start(second.socket.toString());
                FrontServer nginx = nginx(first.edge, second.edge)) {
            first.awaitReady();
            second.awaitReady();
            try (SteadyLoad load = SteadyLoad.on(nginx.port(), TARGET, List.of(first.socket, second.socket), BUCKET)) {
                first.awaitVisitors();
                second.awaitVisitors();
                one.restart();
                first.awaitVisitors();
                other.restart();
                second.awaitVisitors();
                load.awaitProgress();
                assertNothingIsLost(load);
            }
        }
    }

    private void assertNothingIsLost(SteadyLoad load) throws Exception {
        load.stop();
        assertThat(load.failures()).isEmpty();
        TreeSet<String> stored = new TreeSet<>();
        Page page = bucket.list(ListQuery.flat("uploads/"));
        while (true) {
            page.objects().forEach(object -> stored.add(object.key().value()));
            if (page.nextToken().isEmpty()) {
                break;
            }
            page = bucket.list(ListQuery.flat("uploads/").after(page.next()));
        }
        assertThat(stored).containsAll(load.uploaded());
    }

    private FrontServer nginx(int... edges) throws Exception {
        List<String> urls = new ArrayList<>();
        for (int edge : edges) {
            urls.add("http://127.0.0.1:" + edge);
        }
        StringWriter out = new StringWriter();
        int code = Main.command()
                .setOut(new PrintWriter(out))
                .execute(
                        "cdn",
                        "nginx",
                        "--host",
                        HOST,
                        "--edge",
                        String.join(",", urls),
                        "--site",
                        "http://127.0.0.1:1");
        assertThat(code).isZero();
        return FrontServer.start("nginx", out.toString(), HOST, Files.createDirectory(folder.resolve("nginx")));
    }

    /// One `aloft serve` with agent, edge and admin address.
    private final class Host {

        private final Path socket;
        private final int edge = FreePort.next();
        private final int admin = FreePort.next();
        private final Path log;
        private final Path configuration;

        Host(String name) throws IOException {
            socket = folder.resolve(name + ".sock");
            log = folder.resolve(name + ".log");
            configuration = Files.writeString(
                    folder.resolve(name + ".toml"), """
                    [s3]
                    provider = "embedded"
                    endpoint = "%s"

                    [edge]
                    listen = "127.0.0.1:%d"
                    admin = "127.0.0.1:%d"

                    [pictures]
                    enabled = false

                    [[site]]
                    name = "site"
                    bucket = "%s"
                    socket = "%s"
                    """.formatted(s3.endpoint(), edge, admin, BUCKET, socket));
        }

        SocketHolder start(String... sockets) throws IOException {
            return SocketHolder.start(
                    List.of(sockets),
                    JavaCommand.of("serve", "--config", configuration.toString()),
                    Map.of("AWS_ACCESS_KEY_ID", keys.accessKey(), "AWS_SECRET_ACCESS_KEY", keys.secretKey()),
                    log);
        }

        void awaitReady() throws Exception {
            Eventually.await("the edge is ready", () -> operators("/readyz").startsWith("ready"));
        }

        /// nginx uses it, and not only the other.
        void awaitVisitors() throws Exception {
            Eventually.await(
                    "visitors are served here",
                    () -> operators("/metrics").contains("aloft_edge_requests_total{status=\"200\"}"));
        }

        private String operators(String path) throws InterruptedException {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                        .build();
                return client.send(request, BodyHandlers.ofString()).body();
            } catch (IOException e) {
                return ""; // not started yet
            }
        }
    }
}
