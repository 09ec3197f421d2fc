package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who says who the client is. The access log tells what the edge takes for true.
final class TrustedProxiesTest {

    private static final TrustedProxies LOCAL = TrustedProxies.of(List.of("127.0.0.0/8", "10.0.0.0/8"));
    private static final TrustedProxies OTHERS = TrustedProxies.of(List.of("10.0.0.0/8"));
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10};

    private static S3Fixture s3;
    private static final Map<Edge, Path> LOGS = new HashMap<>();
    private static int asked;

    private static Path folder;
    private static Edge trusting;
    private static Edge wary;
    private static Edge trustingProtocol;
    private static Edge waryProtocol;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        s3 = new S3Fixture(folder.resolve("s3"));
        trusting = edge(LOCAL);
        wary = edge(OTHERS);
        trustingProtocol = edge(new TrustedProxies(LOCAL.proxies(), true));
        waryProtocol = edge(new TrustedProxies(OTHERS.proxies(), true));
    }

    private static Edge edge(TrustedProxies trust) throws IOException {
        Path log = folder.resolve("access-" + (trust.proxyProtocol() ? "protocol-" : "")
                + trust.proxies().size());
        OperatorSettings logged = OperatorSettings.NONE.withAccessLog(log, OperatorSettings.LogForm.JSON);
        Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site())
                .withTrustedProxies(trust)
                .withOperators(logged));
        LOGS.put(edge, log);
        return edge;
    }

    @AfterAll
    static void stop() throws Exception {
        for (Edge edge : List.of(trusting, wary, trustingProtocol, waryProtocol)) {
            edge.close();
        }
        s3.close();
    }

    @Test
    void onlyATrustedPeerSaysWhoTheClientIs() throws Exception {
        String[] claim = {"X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: shop.test"};
        assertThat(line(trusting, new byte[0], claim)).contains(client("203.0.113.7"), "\"host\":\"shop.test\"");
        assertThat(line(wary, new byte[0], claim)).contains(client("127.0.0.1"), "\"host\":\"site.test\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: 203.0.113.7                      | 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7:4711                 | 203.0.113.7",
                "X-Forwarded-For: [2001:db8::7]:4711               | 2001:db8:0:0:0:0:0:7",
                "X-Forwarded-For: 198.51.100.1, 203.0.113.7        | 203.0.113.7",
                "X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.1.2.3 | 203.0.113.7",
                "X-Forwarded-For: 127.0.0.1, 203.0.113.7           | 203.0.113.7",
                "X-Forwarded-For: <script>, 203.0.113.7            | 203.0.113.7",
                "X-Forwarded-For: 10.9.9.9, 10.1.2.3               | 10.9.9.9",
                "X-Forwarded-For: 203.0.113.7, unknown             | 127.0.0.1",
                "X-Forwarded-For: evil.test                        | 127.0.0.1",
                "Forwarded: for=203.0.113.7                        | 127.0.0.1",
                "X-Proxied-Https: on                               | 127.0.0.1"
            })
    void ofAListTheLastCountsThatIsNotTrusted(String field, String client) throws Exception {
        assertThat(line(trusting, new byte[0], field)).contains(client(client));
    }

    @Test
    void aTrustedBalancerOfTcpSaysItInAHeaderOfTheProxyProtocol() throws Exception {
        for (byte[] header : List.of(first("203.0.113.7"), second("203.0.113.7"))) {
            assertThat(line(trustingProtocol, header)).contains(client("203.0.113.7"));
        }
    }

    /// The address is the client's own then, and it is not trusted.
    @Test
    void whatTheClientBehindItClaimsCountsForNothing() throws Exception {
        String claim = "X-Forwarded-For: 198.51.100.1";
        assertThat(line(trustingProtocol, first("203.0.113.7"), claim)).contains(client("203.0.113.7"));
        assertThat(line(trustingProtocol, first("10.1.2.3"), claim))
                .as("a CDN before the balancer")
                .contains(client("198.51.100.1"));
    }

    @Test
    void suchAHeaderFromAnotherIsNotHttp() throws Exception {
        for (Edge edge : List.of(waryProtocol, trusting)) {
            for (byte[] header : List.of(first("203.0.113.7"), second("203.0.113.7"))) {
                assertThat(ask(edge, "/", header).status()).isEqualTo(400);
            }
        }
        assertThat(line(waryProtocol, new byte[0])).contains(client("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY \r\n", "PROXY TCP4 203.0.113.7"})
    void aTrustedConnectionThatBeginsOtherwiseIsClosed(String beginning) throws IOException {
        byte[] bytes = beginning.getBytes(StandardCharsets.US_ASCII);
        assertThat(ask(trustingProtocol, "/", bytes).status()).isIn(0, 400);
    }

    @Test
    void theProtocolNeedsSomebodyToTrust() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustedProxies(List.of(), true));
        assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.of(List.of("10.0.0.0/99")));
    }

    private static String client(String address) {
        return "\"client\":\"" + address + "\"";
    }

    /// The line of the access log about a request that is answered.
    private static String line(Edge edge, byte[] header, String... fields) throws Exception {
        String target = "/asked-" + asked++;
        assertThat(ask(edge, target, header, fields).status()).isEqualTo(404);
        Path log = Objects.requireNonNull(LOGS.get(edge));
        Eventually.await("a line about " + target, () -> logged(log, target).isPresent()); // follows the answer
        return logged(log, target).orElseThrow();
    }

    private static Optional<String> logged(Path log, String target) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("\"" + target + "\""))
                .findFirst();
    }

    private static Answer ask(Edge edge, String target, byte[] header, String... fields) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(header);
        String head = "GET " + target + " HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n";
        for (String field : fields) {
            head += field + "\r\n";
        }
        request.writeBytes((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return Answer.toRaw(edge.port(), "GET", request.toByteArray());
    }

    private static byte[] first(String client) {
        return ("PROXY TCP4 " + client + " 192.0.2.1 4711 80\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Version 2, command PROXY, TCP over IPv4.
    private static byte[] second(String client) throws IOException {
        return ByteBuffer.allocate(28)
                .put(SIGNATURE)
                .put((byte) 0x21)
                .put((byte) 0x11)
                .putShort((short) 12)
                .put(InetAddress.ofLiteral(client).getAddress())
                .put(new byte[] {(byte) 192, 0, 2, 1})
                .putShort((short) 4711)
                .putShort((short) 80)
                .array();
    }
}
