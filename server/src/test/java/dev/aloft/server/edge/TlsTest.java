package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.server.S3Fixture;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.operations.OperatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void anEncryptedEdgeSpeaksBothVersions(Version version) throws Exception {
        certificate("first", "ec:prime256v1");
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                Edge edge = edge(s3);
                HttpClient client = client(version)) {
            s3.put("a.txt", "text/plain", "0123456789");
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = get(client, edge, "a.txt");
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.statusCode()).isEqualTo(206);
                assertThat(answer.body()).isEqualTo("234");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aLargeUploadIsEncryptedToo(Version version) throws Exception {
        certificate("first", "ec:prime256v1");
        byte[] film = new byte[(3 << 20) + 777];
        new Random(5).nextBytes(film);
        CacheSettings cache = CacheSettings.DEFAULT.withDisk(folder.resolve("cache"), 64 << 20);
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP))
                        .withCache(cache)
                        .withTls(tls()));
                HttpClient client = client(version)) {
            s3.put("film.mp4", "video/mp4", film);
            for (int i = 0; i < 2; i++) {
                HttpRequest request = HttpRequest.newBuilder(edge.uri().resolve("/uploads/film.mp4"))
                        .build();
                assertThat(Arrays.equals(
                                client.send(request, BodyHandlers.ofByteArray()).body(), film))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ed25519"})
    void aKeyOfAnyUsualKindIsRead(String kind) throws Exception {
        certificate("any", kind);
        assertThat(tls().read().size()).isEqualTo(1);
    }

    @Test
    void aNewCertificateIsShownWithoutAStop() throws Exception {
        certificate("first", "ec:prime256v1");
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                Edge edge = edge(s3)) {
            assertThat(shown(edge)).isEqualTo("CN=first");
            Files.writeString(tls().certificate(), "half written");
            Files.setLastModifiedTime(
                    tls().certificate(), FileTime.from(Instant.now().plusSeconds(1)));
            edge.lookAtCertificate();
            assertThat(shown(edge)).isEqualTo("CN=first");
            certificate("second", "ec:prime256v1");
            Files.setLastModifiedTime(
                    tls().certificate(), FileTime.from(Instant.now().plusSeconds(2)));
            edge.lookAtCertificate();
            assertThat(shown(edge)).isEqualTo("CN=second");
        }
    }

    @Test
    void aKeyInAnOlderFormIsRefusedWithAdvice() throws Exception {
        certificate("first", "ec:prime256v1");
        String pem = Files.readString(tls().key());
        Files.writeString(tls().key(), pem.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        assertThatThrownBy(() -> tls().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void aHeaderOfTheProxyProtocolComesBeforeTheEncryption() throws Exception {
        certificate("first", "ec:prime256v1");
        Path log = folder.resolve("access.log");
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"))) {
            EdgeSite site = EdgeSite.of(s3.bucket(), S3Fixture.TOP);
            EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, site)
                    .withTls(tls())
                    .withTrustedProxies(new TrustedProxies(List.of("127.0.0.1"), true))
                    .withOperators(OperatorSettings.NONE.withAccessLog(log, OperatorSettings.LogForm.COMBINED));
            try (Edge edge = Edge.start(settings);
                    Socket plain = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
                plain.setSoTimeout(20_000);
                write(plain, "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n");
                try (Socket encrypted =
                        TrustAll.context().getSocketFactory().createSocket(plain, "site.test", 443, true)) {
                    write(encrypted, "GET /x HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
                    assertThat(new String(encrypted.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                            .startsWith("HTTP/1.1 404 ");
                }
            }
        }
        assertThat(Files.readString(log)).startsWith("203.0.113.7 ");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Edge edge(S3Fixture s3) throws IOException {
        EdgeSite site = EdgeSite.of(s3.bucket(), S3Fixture.TOP);
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site).withTls(tls()));
    }

    private Tls tls() {
        return new Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    }

    private void certificate(String name, String kind) throws Exception {
        TestCertificate.create(folder, name, kind);
    }

    private static HttpResponse<String> get(HttpClient client, Edge edge, String name) throws Exception {
        URI uri = edge.uri().resolve("/uploads/" + name);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Range", "bytes=2-4")
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static String shown(Edge edge) throws Exception {
        try (HttpClient client = client(Version.HTTP_1_1)) {
            SSLSession session = get(client, edge, "none.txt").sslSession().orElseThrow();
            return ((X509Certificate) session.getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private static HttpClient client(Version version) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(TrustAll.context())
                .build();
    }
}
