package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgeTest {

    private static S3Fixture s3;
    private static RecordingServer upstream;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder);
        upstream = new RecordingServer();
        s3.put("a.txt", "text/plain", "a");
    }

    @AfterAll
    static void stop() throws Exception {
        upstream.close();
        s3.close();
    }

    @Test
    void aSiteWithoutHostsTakesEveryHostThatNoOtherHas() throws IOException {
        EdgeSite any = site(http());
        EdgeSite blog = site(Upstream.None.NONE).withName("blog").withHosts(Set.of("blog.test"));
        try (Edge edge = edge(EdgeLimits.DEFAULT, any, blog)) {
            assertThat(Answer.to(edge.port(), "GET", "/", "Host: anything").status())
                    .isEqualTo(200);
            assertThat(Answer.to(edge.port(), "GET", "/", "Host: blog.test").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void twoSitesCannotHaveOneHost() {
        assertThatThrownBy(() -> edge(EdgeLimits.DEFAULT, site(http()), site(http())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two sites want every host");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (Edge edge = edge(EdgeLimits.DEFAULT, site(http()))) {
            assertThatThrownBy(() -> Edge.start(EdgeSettings.of("127.0.0.1", edge.port(), site(http()))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot serve on 127.0.0.1:" + edge.port() + ": Address already in use");
        }
    }

    @Test
    void aClientThatSaysNothingIsLetGo() throws IOException {
        EdgeLimits short1s = new EdgeLimits(1000, Duration.ofSeconds(1), Duration.ofSeconds(5));
        try (Edge edge = edge(short1s, site(http()));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /uploads/a.txt HT".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes(); // ends only when the edge closes
        }
    }

    @Test
    void closingLetsARequestUnderWayEnd() throws Exception {
        s3.put("slow.bin", "application/octet-stream", new byte[200_000]);
        Edge edge = edge(EdgeLimits.DEFAULT, site(Upstream.None.NONE));
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

    @Test
    void anUpstreamSeesTheRequestAsItWasMadeAndWhoMadeIt() throws IOException {
        try (Edge edge = edge(EdgeLimits.DEFAULT, site(http()))) {
            Answer answer = Answer.to(
                    edge.port(),
                    "POST",
                    "/a//b%2Fc|d?x=%20y&z[]=\"",
                    "the body".getBytes(StandardCharsets.UTF_8),
                    "Host: Shop.test:81",
                    "Expect: 100-continue",
                    "X-Forwarded-For: 6.6.6.6",
                    "X-Forwarded-Host: evil.test",
                    "X-Forwarded-Proto: https",
                    "Forwarded: for=6.6.6.6");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-from")).isEqualTo("upstream");
            assertThat(answer.text().lines())
                    .startsWith("POST /a//b%2Fc|d?x=%20y&z[]=\"")
                    .contains(
                            "host: Shop.test:81",
                            "x-forwarded-for: 127.0.0.1",
                            "x-forwarded-host: Shop.test:81",
                            "x-forwarded-proto: http",
                            "the body")
                    .noneMatch(line -> line.contains("6.6.6.6") || line.contains("evil"));
        }
    }

    @Test
    void slashesAtTheBeginningNameNoOtherHost() throws IOException {
        try (Edge edge = edge(EdgeLimits.DEFAULT, site(http()))) {
            assertThat(Answer.to(edge.port(), "GET", "//uploadsx/uploads/x.php").text())
                    .startsWith("GET /uploadsx/uploads/x.php\n");
        }
    }

    @Test
    void anUpstreamThatIsAwayIsUnavailable() throws IOException {
        Upstream away = new Upstream.HttpUpstream(URI.create("http://127.0.0.1:1"));
        try (Edge edge = edge(EdgeLimits.DEFAULT, site(away))) {
            Answer answer = Answer.to(edge.port(), "GET", "/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("the site cannot be reached\n");
        }
    }

    @Test
    void aChunkedBodyBeyondTheLimitIsRefused() throws IOException {
        EdgeLimits small = new EdgeLimits(1000, Duration.ofSeconds(5), Duration.ofSeconds(5));
        try (Edge edge = edge(small, site(http()))) {
            String request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "7d0\r\n" + "x".repeat(2000) + "\r\n0\r\n\r\n";
            assertThat(Answer.toRaw(edge.port(), "POST", request.getBytes(StandardCharsets.US_ASCII))
                            .status())
                    .isEqualTo(413);
        }
    }

    private static Upstream http() {
        return new Upstream.HttpUpstream(URI.create("http://127.0.0.1:" + upstream.port()));
    }

    private static EdgeSite site(Upstream behind) {
        return EdgeSite.of(s3.bucket(), S3Fixture.TOP, behind);
    }

    private static Edge edge(EdgeLimits limits, EdgeSite... sites) throws IOException {
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, List.of(sites)).withLimits(limits));
    }
}
