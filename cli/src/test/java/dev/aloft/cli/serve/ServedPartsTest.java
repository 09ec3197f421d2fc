package dev.aloft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.CommandRun;
import dev.aloft.cli.Main;
import dev.aloft.cli.console.Failure;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Agent and edge of one configuration, each in a process of its own; and the unit that holds their sockets.
@Timeout(180)
final class ServedPartsTest {

    @TempDir
    private Path folder;

    private final int edge;
    private final int admin;
    private final int agentAdmin;
    private EmbeddedS3 s3;
    private HttpServer peer;
    private Path socket;
    private Path configuration;
    private final Queue<String> purges = new ConcurrentLinkedQueue<>();

    ServedPartsTest() throws IOException {
        edge = FreePort.next();
        admin = FreePort.next();
        agentAdmin = FreePort.next();
    }

    @BeforeEach
    void start() throws IOException {
        S3Credentials keys = S3Credentials.random();
        s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
        s3.createBucket("media");
        System.setProperty("aws.accessKeyId", keys.accessKey());
        System.setProperty("aws.secretAccessKey", keys.secretKey());
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/", exchange -> {
            purges.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        peer.start();
        socket = folder.resolve("a b.sock");
        configuration = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = ":%d"
                admin = "127.0.0.1:%d"
                admin_token = "0123456789abcdef0123456789abcdef"
                peers = ["http://127.0.0.1:%d"]

                [agent]
                admin = "127.0.0.1:%d"

                [pictures]
                enabled = false

                [[site]]
                name = "site"
                bucket = "media"
                socket = "%s"
                socket_group = "root"
                """.formatted(
                        s3.endpoint(), edge, admin, peer.getAddress().getPort(), agentAdmin, socket));
    }

    @AfterEach
    void stop() throws IOException {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        peer.stop(0);
        s3.close();
    }

    @Test
    void anAgentAloneNotifiesTheEdgesAndOpensNoPortOfAnEdge() throws Exception {
        try (Running _ = new Running("--agent-only")) {
            Eventually.await("the agent listens", () -> Files.exists(socket));
            try (SteadyLoad load = SteadyLoad.uploads(List.of(socket), "media")) {
                Eventually.await(
                        "the peer is notified of an upload",
                        () -> purges.stream().anyMatch(purge -> purge.startsWith("/purge?site=site&path=")));
                assertThat(load.failures()).isEmpty();
            }
            assertThat(isOpen(edge)).isFalse();
            assertThat(isOpen(admin)).isFalse();
            assertThat(metrics(agentAdmin)).contains("aloft_agent_writable{site=\"site\"} 1");
            assertThat(health("--agent-only").code()).isZero();
            assertThat(health().err()).contains("no edge answers");
        }
    }

    @Test
    void anEdgeAloneServesAndOpensNoSocket() throws Exception {
        try (Running _ = new Running("--edge-only");
                HttpClient client = HttpClient.newHttpClient()) {
            Eventually.await("the edge listens", () -> isOpen(edge));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge + "/uploads/a.txt"))
                    .build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(404);
            assertThat(socket).doesNotExist();
            assertThat(health("--edge-only").code()).isZero();
            assertThat(health().err()).contains("the agent answers on none of its sockets");
        }
        assertThat(health("--edge-only").code()).isEqualTo(Failure.Code.ADDRESS.number());
    }

    private static String metrics(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    private CommandRun health(String... part) {
        return CommandRun.of(Stream.concat(Stream.of("health", "--config", configuration.toString()), Stream.of(part))
                .toArray(String[]::new));
    }

    @Test
    void theServerTakesBackupsByItself() throws Exception {
        s3.createBucket("backups");
        Files.writeString(
                configuration, "[site.backup]\nbucket = \"backups\"\nevery = \"1h\"\n", StandardOpenOption.APPEND);
        try (Running _ = new Running();
                HttpClient client = HttpClient.newHttpClient()) {
            Eventually.await("the edge listens", () -> isOpen(admin));
            HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                    .build();
            Eventually.await(
                    "a snapshot was verified",
                    () -> Pattern.compile("^aloft_backup_verified_seconds\\{site=\"site\"} [1-9]", Pattern.MULTILINE)
                            .matcher(client.send(metrics, BodyHandlers.ofString())
                                    .body())
                            .find());
        }
    }

    @Test
    void aCdnIsPurgedOfUploads() throws Exception {
        Files.writeString(
                configuration,
                "[[cdn]]\ntype = \"varnish\"\nurl = \"http://127.0.0.1:%d\"\nfolder = \"%s\"\n"
                        .formatted(peer.getAddress().getPort(), folder.resolve("queues")),
                StandardOpenOption.APPEND);
        try (Running _ = new Running();
                HttpClient client = HttpClient.newHttpClient()) {
            Eventually.await("both parts listen", () -> Files.exists(socket) && isOpen(admin));
            HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                    .build();
            try (SteadyLoad load = SteadyLoad.uploads(List.of(socket), "media")) {
                Eventually.await(
                        "the CDN has confirmed a purge",
                        () -> Pattern.compile("^aloft_cdn_purges_total [1-9]", Pattern.MULTILINE)
                                .matcher(client.send(metrics, BodyHandlers.ofString())
                                        .body())
                                .find());
                assertThat(load.failures()).isEmpty();
            }
        }
        assertThat(purges).contains("/");
    }

    @Test
    void theEdgeOfAFleetHearsOfUploadsThroughItsAgent() throws Exception {
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"), "--requirepass", "the password")) {
            Path password = Files.writeString(folder.resolve("password"), "the password\n");
            Files.writeString(
                    configuration,
                    "object_cache_bytes = 64000000\n[fleet]\nurl = \"redis://127.0.0.1:%d\"\npassword_file = \"%s\"\n"
                            .formatted(redis.port(), password),
                    StandardOpenOption.APPEND);
            try (Running _ = new Running("--agent-only");
                    Running _ = new Running("--edge-only");
                    HttpClient client = HttpClient.newHttpClient()) {
                Eventually.await("the agent listens", () -> Files.exists(socket) && isOpen(admin));
                try (SteadyLoad load = SteadyLoad.uploads(List.of(socket), "media")) {
                    HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                            .build();
                    Eventually.await(
                            "the edge has heard",
                            () -> Pattern.compile("^aloft_fleet_received_total [1-9]", Pattern.MULTILINE)
                                    .matcher(client.send(metrics, BodyHandlers.ofString())
                                            .body())
                                    .find());
                    assertThat(load.failures()).isEmpty();
                }
                StringWriter out = new StringWriter();
                int _ = Main.command()
                        .setOut(new PrintWriter(out))
                        .execute("doctor", "--config", configuration.toString());
                assertThat(out.toString())
                        .contains(
                                "fleet                the fleet's server answers at redis://127.0.0.1:" + redis.port())
                        .doesNotContain("the password");
            }
        }
    }

    @Test
    void theSocketUnitHasEveryAddress() {
        StringWriter out = new StringWriter();

        int code = Main.command()
                .setOut(new PrintWriter(out))
                .execute("socket-unit", "--config", configuration.toString());

        assertThat(code).isZero();
        assertThat(out.toString().lines())
                .contains(
                        "[Socket]",
                        "ListenStream=" + socket,
                        "ListenStream=" + edge,
                        "ListenStream=127.0.0.1:" + admin,
                        "ListenStream=127.0.0.1:" + agentAdmin,
                        "SocketMode=0660",
                        "ExecStartPost=/bin/chgrp \"root\" \"" + socket + "\"",
                        "WantedBy=sockets.target");
    }

    private static boolean isOpen(int port) throws IOException {
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    /// `aloft serve` in this process, until closed.
    private final class Running implements AutoCloseable {

        private final Thread thread;

        Running(String... options) {
            List<String> words = new ArrayList<>(List.of("serve", "--config", configuration.toString()));
            words.addAll(List.of(options));
            thread = Thread.ofPlatform().start(() -> Main.command().execute(words.toArray(String[]::new)));
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
