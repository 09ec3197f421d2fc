package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.S3Fixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real clients before an edge that encrypts: which protocol they agree on (ALPN, RFC 7301), and with which ciphers.
final class TlsClientsTest {

    private static final String TEXT = "an upload";

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        s3.put("a.txt", "text/plain", TEXT);
        Tls tls = TestCertificate.create(folder, "site.test", "ec:prime256v1");
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withTls(tls));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    private static String url() {
        return edge.uri() + "uploads/a.txt";
    }

    @ParameterizedTest
    @CsvSource({"--http1.1, 1.1", "--http2, 2", "--no-alpn, 1.1"})
    void curlGetsTheProtocolThatItOffers(String option, String version) throws Exception {
        assertThat(run("curl", "-sk", "-w", "%{http_version}", option, url())).isEqualTo(TEXT + version);
    }

    /// As wp-cron's loopback request and Site Health ask.
    @ParameterizedTest
    @CsvSource({"CURL_HTTP_VERSION_1_1, 2", "CURL_HTTP_VERSION_2TLS, 3", "CURL_HTTP_VERSION_NONE, 3"})
    void curlInPhpIsAnswered(String version, String spoken) throws Exception {
        String program = """
                $c = curl_init($argv[1]);
                curl_setopt_array($c, [CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0,
                    CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTP_VERSION => constant($argv[2])]);
                echo curl_exec($c), curl_getinfo($c, CURLINFO_HTTP_VERSION), curl_error($c);
                """;
        assertThat(run("php", "-r", program, "--", url(), version)).isEqualTo(TEXT + spoken);
    }

    @Test
    void phpWithoutCurlIsAnswered() throws Exception {
        String program = "echo file_get_contents($argv[1], false, stream_context_create(['ssl' =>"
                + " ['verify_peer' => false, 'verify_peer_name' => false, 'alpn_protocols' => 'http/1.1']]));";
        assertThat(run("php", "-r", program, "--", url())).isEqualTo(TEXT);
    }

    /// As urllib3, and so requests, asks.
    @Test
    void pythonIsAnswered() throws Exception {
        String program = """
                import ssl, sys, urllib.request
                context = ssl._create_unverified_context()
                context.set_alpn_protocols(["http/1.1"])
                print(urllib.request.urlopen(sys.argv[1], context=context).read().decode(), end="")
                """;
        assertThat(run("python3", "-c", program, url())).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http/1.1         | ALPN protocol: http/1.1",
                "h2               | ALPN protocol: h2",
                "http/1.1,h2      | ALPN protocol: h2",
                "spdy/3,http/1.1  | ALPN protocol: http/1.1",
                "''               | No ALPN negotiated"
            })
    void opensslIsToldWhatWasChosen(String offered, String said) throws Exception {
        List<String> options = offered.isEmpty() ? List.of() : List.of("-alpn", offered);
        assertThat(openssl(options)).contains(said);
    }

    /// RFC 7301, 3.2: the server ends the connection, and guesses nothing.
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "spdy/3", "h3"})
    void anUnknownProtocolIsRefused(String offered) throws Exception {
        assertThat(openssl(List.of("-alpn", offered)))
                .contains("No ALPN negotiated")
                .contains("error:");
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, TLS_AES_256_GCM_SHA384",
        "-tls1_2, ECDHE-ECDSA-AES256-GCM-SHA384",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES128-GCM-SHA256",
        "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305, ECDHE-ECDSA-CHACHA20-POLY1305"
    })
    void aModernCipherIsAgreedOn(String options, String cipher) throws Exception {
        assertThat(openssl(List.of(options.split(" ", -1)))).contains("Cipher is " + cipher);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-tls1_1 -cipher ALL:@SECLEVEL=0",
                "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA",
                "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384",
                "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256"
            })
    void anOldProtocolOrACipherWithCbcIsNot(String options) throws Exception {
        assertThat(openssl(List.of(options.split(" ", -1)))).contains("Cipher is (NONE)");
    }

    /// On the same connection the next request is answered.
    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void aHeadThatIsTooLargeIs431(String version) throws Exception {
        String statuses = run(
                "curl",
                "-sk",
                version,
                "-w",
                "%{http_code} ",
                "-H",
                "X-Much: " + "x".repeat(20_000),
                "-o",
                "/dev/null",
                url(),
                "--next",
                "-sk",
                version,
                "-w",
                "%{http_code}",
                "-o",
                "/dev/null",
                url());
        assertThat(statuses).isEqualTo("431 200");
    }

    private static String openssl(List<String> options) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + edge.port()));
        command.addAll(options);
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
