package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who says who the client is. The site behind says what it was told.
final class TrustTest {

    private static final Trust LOCAL = Trust.of(List.of("127.0.0.0/8", "10.0.0.0/8"));
    private static final Trust OTHERS = Trust.of(List.of("10.0.0.0/8"));
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10};

    private static S3Fixture s3;
    private static RecordingServer behind;
    private static Edge trusting;
    private static Edge wary;
    private static Edge trustingProtocol;
    private static Edge waryProtocol;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder);
        behind = new RecordingServer();
        trusting = edge(LOCAL);
        wary = edge(OTHERS);
        trustingProtocol = edge(new Trust(LOCAL.proxies(), true));
        waryProtocol = edge(new Trust(OTHERS.proxies(), true));
    }

    private static Edge edge(Trust trust) throws IOException {
        Upstream upstream = new Upstream.HttpUpstream(URI.create("http://127.0.0.1:" + behind.port()));
        EdgeSite site = EdgeSite.of(s3.bucket(), S3Fixture.TOP, upstream);
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site).withTrust(trust));
    }

    @AfterAll
    static void stop() throws Exception {
        for (Edge edge : List.of(trusting, wary, trustingProtocol, waryProtocol)) {
            edge.close();
        }
        behind.close();
        s3.close();
    }

    @Test
    void onlyATrustedPeerSaysWhoTheClientIs() throws IOException {
        String[] claim = {"X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https"};
        assertThat(Answer.to(trusting.port(), "GET", "/", claim).text())
                .contains("x-forwarded-for: 203.0.113.7\n", "x-forwarded-proto: https\n");
        assertThat(Answer.to(wary.port(), "GET", "/", claim).text())
                .contains("x-forwarded-for: 127.0.0.1\n", "x-forwarded-proto: http\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: 203.0.113.7                      | 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7:4711                 | 203.0.113.7",
                "X-Forwarded-For: [2001:db8::7]:4711               | [2001:db8:0:0:0:0:0:7]",
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
    void ofAListTheLastCountsThatIsNotTrusted(String field, String client) throws IOException {
        assertThat(Answer.to(trusting.port(), "GET", "/", field).text())
                .contains("x-forwarded-for: " + client + "\n", "x-forwarded-proto: http\n");
    }

    @Test
    void aTrustedBalancerOfTcpSaysItInAHeaderOfTheProxyProtocol() throws IOException {
        for (byte[] header : List.of(first("203.0.113.7"), second("203.0.113.7"))) {
            assertThat(ask(trustingProtocol, header).text()).contains("x-forwarded-for: 203.0.113.7\n");
        }
    }

    /// The address is the client's own then, and it is not trusted.
    @Test
    void whatTheClientBehindItClaimsCountsForNothing() throws IOException {
        assertThat(ask(trustingProtocol, first("203.0.113.7"), "X-Forwarded-For: 198.51.100.1")
                        .text())
                .contains("x-forwarded-for: 203.0.113.7\n");
        assertThat(ask(trustingProtocol, first("10.1.2.3"), "X-Forwarded-For: 198.51.100.1")
                        .text())
                .as("a CDN before the balancer")
                .contains("x-forwarded-for: 198.51.100.1\n");
    }

    @Test
    void fromNobodyElseIsSuchAHeaderHttp() throws IOException {
        for (Edge edge : List.of(waryProtocol, trusting)) {
            for (byte[] header : List.of(first("203.0.113.7"), second("203.0.113.7"))) {
                assertThat(ask(edge, header).text()).doesNotContain("203.0.113.7", "x-forwarded-for");
            }
        }
        assertThat(ask(waryProtocol, new byte[0]).text()).contains("x-forwarded-for: 127.0.0.1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY \r\n", "PROXY TCP4 203.0.113.7"})
    void aTrustedConnectionThatBeginsOtherwiseIsClosed(String beginning) throws IOException {
        Answer answer = ask(trustingProtocol, beginning.getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.status()).isIn(0, 400);
        assertThat(answer.text()).doesNotContain("x-forwarded-for");
    }

    @Test
    void theProtocolNeedsSomebodyToTrust() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Trust(List.of(), true));
        assertThatIllegalArgumentException().isThrownBy(() -> Trust.of(List.of("10.0.0.0/99")));
    }

    private static Answer ask(Edge edge, byte[] header, String... fields) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(header);
        String head = "GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n";
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
