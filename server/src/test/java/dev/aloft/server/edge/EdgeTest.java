package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.files.FilePath;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgeTest {

    private static S3Fixture s3;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder);
        s3.put("a.txt", "text/plain", "a");
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
    }

    @Test
    void aSiteWithoutHostsTakesEveryHostThatNoOtherHas() throws IOException {
        EdgeSite blog = EdgeSite.of(
                        UploadsSite.of(s3.bucket(), FilePath.of("blog")).withName("blog"))
                .withHosts(Set.of("blog.test"));
        try (Edge edge = edge(EdgeSettings.Limits.DEFAULT, s3.site(), blog)) {
            assertThat(Answer.to(edge.port(), "GET", "/uploads/a.txt", "Host: anything")
                            .status())
                    .isEqualTo(200);
            assertThat(Answer.to(edge.port(), "GET", "/uploads/a.txt", "Host: blog.test")
                            .status())
                    .isEqualTo(404);
        }
    }

    /// In each round clients come one after the other until they are refused, while the edge stops.
    @Test
    void whoComesWhileTheEdgeStopsIsNotLeftWaiting() throws Exception {
        for (int round = 0; round < 15; round++) {
            AtomicInteger answered = new AtomicInteger();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                try (Edge edge = edge(EdgeSettings.Limits.DEFAULT, s3.site())) {
                    for (int i = 0; i < 24; i++) {
                        all.add(clients.submit(() -> askUntilRefused(edge.port(), answered)));
                    }
                    Eventually.await("a crowd", () -> answered.get() >= 200);
                }
                for (Future<?> client : all) {
                    client.get(10, TimeUnit.SECONDS);
                }
            }
        }
    }

    @Test
    void aStoppingEdgeAnswersEveryRequestThatArrives() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        List<Future<List<String>>> all = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Edge edge = edge(EdgeSettings.Limits.DEFAULT, s3.site())) {
                for (int i = 0; i < 12; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
                    all.add(clients.submit(() -> askOnOneConnection(socket, answered)));
                }
                Eventually.await("all clients are busy", () -> answered.get() >= 200);
            }
            for (Future<List<String>> client : all) {
                List<String> answers = client.get(60, TimeUnit.SECONDS);
                assertThat(answers).allMatch(answer -> answer.startsWith("HTTP/1.1 200 "));
                assertThat(answers.getLast()).contains("Connection: close");
            }
        }
    }

    /// Asks again and again, until the edge ends the connection.
    private static List<String> askOnOneConnection(Socket socket, AtomicInteger answered) throws IOException {
        List<String> answers = new ArrayList<>();
        byte[] request = "GET /uploads/a.txt HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (socket) {
            socket.setSoTimeout(60_000);
            while (true) {
                socket.getOutputStream().write(request);
                StringBuilder answer = new StringBuilder();
                while (!answer.toString().matches("(?s)HTTP/1.1 200 .*\r\n\r\na|HTTP/1.1 [^2].*\r\n\r\n.*\n")) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        assertThat(answer).isEmpty();
                        return answers;
                    }
                    answer.append((char) next);
                }
                answers.add(answer.toString());
                answered.incrementAndGet();
            }
        } catch (SocketException ended) {
            return answers;
        }
    }

    private static Void askUntilRefused(int port, AtomicInteger answered) throws IOException {
        try {
            while (true) {
                Answer.to(port, "GET", "/uploads/a.txt");
                answered.incrementAndGet();
            }
        } catch (SocketException refused) {
            return null;
        }
    }

    @Test
    void twoSitesCannotHaveOneHost() {
        assertThatThrownBy(() -> edge(EdgeSettings.Limits.DEFAULT, s3.site(), s3.site()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two sites want every host");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (Edge edge = edge(EdgeSettings.Limits.DEFAULT, s3.site())) {
            assertThatThrownBy(() -> Edge.start(EdgeSettings.of("127.0.0.1", edge.port(), s3.site())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot serve on 127.0.0.1:" + edge.port() + ": Address already in use");
        }
    }

    @Test
    void aClientThatSaysNothingIsLetGo() throws IOException {
        EdgeSettings.Limits short1s = new EdgeSettings.Limits(Duration.ofSeconds(1), Duration.ofSeconds(20), 100, 100);
        try (Edge edge = edge(short1s, s3.site());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /uploads/a.txt HT".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes(); // ends only when the edge closes
        }
    }

    @Test
    void closingLetsARequestUnderWayEnd() throws Exception {
        s3.put("slow.bin", "application/octet-stream", new byte[200_000]);
        Edge edge = edge(EdgeSettings.Limits.DEFAULT, s3.site());
        s3.front().on("GetObject").dripAnswer(20_000, Duration.ofMillis(100));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.getOutputStream()
                    .write("GET /uploads/slow.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            CompletableFuture<Void> closing = CompletableFuture.runAsync(edge::close);
            assertThat(in.readAllBytes().length).isGreaterThan(200_000);
            closing.join();
        } finally {
            s3.front().reset();
        }
    }

    private static Edge edge(EdgeSettings.Limits limits, EdgeSite... sites) throws IOException {
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, List.of(sites)).withLimits(limits));
    }
}
