package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PhpSiteTest {

    private static final long MAX_BODY_BYTES = 1 << 20;
    private static final String WHO = "<?php echo basename(__DIR__), '/', basename(__FILE__);";
    private static final String VARIABLES = """
            <?php
            header('Content-Type: text/plain');
            ksort($_SERVER);
            foreach ($_SERVER as $name => $value) {
                if (is_string($value)) { echo "$name=$value\\n"; }
            }
            """;

    private static S3Fixture s3;
    private static PhpSite php;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        php = new PhpSite(folder);
        php.write("index.php", WHO);
        php.write("wp-login.php", WHO);
        php.write("wp-config.php", "<?php $secret = 'hunter2'; echo 'config ran';");
        php.write("wp-config.php.bak", "<?php $secret = 'hunter2';");
        php.write("wp-content/debug.log", "secret");
        php.write("wp-content/notes", "secret");
        php.write(".env", "secret");
        php.write("wp-admin/index.php", WHO);
        php.write("wp-admin/css/a b.css", "p{color:red}");
        php.write("readme.html", "<p>readme");
        php.write("variables.php", VARIABLES);
        php.write("body.php", "<?php echo strlen(file_get_contents('php://input'));");
        php.write("slow.php", "<?php sleep(3); echo 'at last';");
        php.write("stuck.php", "<?php sleep(30);");
        php.write("killed.php", "<?php posix_kill(getmypid(), 9);");
        php.write(
                "cut.php",
                "<?php header('Content-Length: 100000'); echo str_repeat('x', 50000); flush();"
                        + " posix_kill(getmypid(), 9);");
        php.write("head.php", "<?php header('X-Much: ' . str_repeat('x', (int) $_GET['n'])); echo 1;");
        php.write("large.php", "<?php for ($i = 0; $i < 500; $i++) echo str_repeat(chr(65 + $i % 26), 10000);");
        php.write(
                "answer.php",
                "<?php http_response_code(418); header('X-One: café'); setcookie('a', 'b'); setcookie('c', 'd'); echo 1;");
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP, php.upstream()))
                .withLimits(new EdgeLimits(MAX_BODY_BYTES, Duration.ofSeconds(1), Duration.ofSeconds(5))));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        php.close();
        s3.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/,                              code/index.php",
        "/index.php,                     code/index.php",
        "/?p=1,                          code/index.php",
        "/wp-login.php,                  code/wp-login.php",
        "/wp-login.php?a=b%20c,          code/wp-login.php",
        "/wp-admin/,                     wp-admin/index.php",
        "/wp-admin/index.php,            wp-admin/index.php",
        "//wp-admin//index.php,          wp-admin/index.php",
        "/wp%2dadmin/,                   wp-admin/index.php",
        "/2026/11/hello-world/,          code/index.php",
        "/2026/11/hello-world,           code/index.php",
        "/wp-json/wp/v2/posts,           code/index.php",
        "/wp-json/wp/v2/templates/t//h,  code/index.php",
        "/missing.php,                   code/index.php",
        "/missing.css,                   code/index.php",
        "/readme.html/y.php,             code/index.php",
        "/wp-login.php/y,                code/index.php",
        "/wp-login.php/,                 code/index.php",
        "/wp-login.PHP,                  code/index.php",
        "/wp-admin%2findex.php,          code/index.php",
        "/wp-config.php.bak,             code/index.php",
        "/wp-content/debug.log,          code/index.php",
        "/wp-content/notes,              code/index.php",
        "/.env,                          code/index.php",
        "/caf%C3%A9/,                    code/index.php",
        "/s?q=a|b&ids[]=1&x={y}\"<>^`,   code/index.php"
    })
    void aPathThatNamesNoProgramIsForTheFrontController(String target, String program) throws IOException {
        assertThat(get(target).text()).isEqualTo(program);
    }

    @Test
    void aProgramRunsAndIsNotShown() throws IOException {
        assertThat(get("/wp-config.php").text()).isEqualTo("config ran");
    }

    @Test
    void aFolderWithoutItsSlashIsRedirected() throws IOException {
        Answer answer = get("//wp-admin?a=b");
        assertThat(answer.status()).isEqualTo(301);
        assertThat(answer.header("location")).isEqualTo("/wp-admin/?a=b");
    }

    @Test
    void aPlainFileIsSentWithItsVersion() throws IOException {
        Answer answer = get("/wp-admin/css/a%20b.css?ver=1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("p{color:red}");
        assertThat(answer.header("content-type")).isEqualTo("text/css; charset=utf-8");
        assertThat(answer.headers()).containsKeys("last-modified", "etag");
        String etag = answer.header("etag");
        assertThat(get("/wp-admin/css/a%20b.css", "If-None-Match: " + etag).status())
                .isEqualTo(304);
        assertThat(get("/wp-admin/css/a%20b.css", "Range: bytes=2-6", "If-Range: " + etag)
                        .text())
                .isEqualTo("color");
        assertThat(get("/wp-admin/css/a%20b.css", "Range: bytes=99-").header("content-range"))
                .isEqualTo("bytes */12");
        Answer head = Answer.to(edge.port(), "HEAD", "/readme.html");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo("9");
        assertThat(Answer.to(edge.port(), "POST", "/readme.html").status()).isEqualTo(405);
    }

    @Test
    void phpSeesTheRequestAsItWasMade() throws IOException {
        String text = get(
                        "/variables.php?a=%20b&c[]=d",
                        "Host: Shop.Test:8443",
                        "Authorization: Basic dXNlcjpwYXNz",
                        "Proxy: http://evil.test",
                        "X-Custom: one",
                        "X_Custom: two",
                        "X-Name: caf\u00e9",
                        "X-Forwarded-Proto: https",
                        "Cookie: a=1",
                        "Cookie: b=2")
                .text();
        assertThat(text.lines())
                .contains(
                        "HTTP_HOST=Shop.Test:8443",
                        "REQUEST_URI=/variables.php?a=%20b&c[]=d",
                        "QUERY_STRING=a=%20b&c[]=d",
                        "REQUEST_METHOD=GET",
                        "SCRIPT_NAME=/variables.php",
                        "SCRIPT_FILENAME=" + php.code() + "/variables.php",
                        "DOCUMENT_ROOT=" + php.code(),
                        "PHP_SELF=/variables.php",
                        "REMOTE_ADDR=127.0.0.1",
                        "SERVER_PORT=8443",
                        "SERVER_PROTOCOL=HTTP/1.1",
                        "HTTP_AUTHORIZATION=Basic dXNlcjpwYXNz",
                        "PHP_AUTH_USER=user",
                        "HTTP_X_CUSTOM=one",
                        "HTTP_X_NAME=caf\u00e9",
                        "HTTP_X_FORWARDED_PROTO=https",
                        "HTTP_COOKIE=a=1; b=2")
                .noneMatch(line -> line.startsWith("HTTP_PROXY=")
                        || line.startsWith("PATH_INFO=")
                        || line.startsWith("AUTH_TYPE=B")
                        || line.startsWith("HTTP_FORWARDED=")
                        || line.startsWith("HTTP_VIA=")
                        || line.startsWith("HTTPS=")
                        || line.startsWith("HTTP_USER_AGENT="));
    }

    @Test
    void theFrontControllerSeesThePathThatWasAsked() throws IOException {
        php.write("index.php", VARIABLES);
        try {
            assertThat(get("/café|?q=é").text().lines()).contains("REQUEST_URI=/café|?q=é", "QUERY_STRING=q=é");
            assertThat(get("/caf%c3%a9//x%2Fy/?q=1").text().lines())
                    .contains("REQUEST_URI=/caf%c3%a9//x%2Fy/?q=1", "SCRIPT_NAME=/index.php", "QUERY_STRING=q=1");
        } finally {
            php.write("index.php", WHO);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, (int) MAX_BODY_BYTES})
    void aBodyReachesPhp(int length) throws IOException {
        assertThat(post("/body.php", length).text()).isEqualTo(String.valueOf(length));
    }

    @Test
    void aBodyWhoseClientWaitsToBeAskedReachesPhp() throws IOException {
        assertThat(post("/body.php", 1000, "Expect: 100-continue").text()).isEqualTo("1000");
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws IOException {
        Answer answer = Answer.to(
                edge.port(),
                "POST",
                "/body.php",
                "Content-Length: " + (MAX_BODY_BYTES + 1),
                "X-Body: none, not awaited");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void aBodyOfUnknownLengthIsRefused() throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("""
                POST /body.php HTTP/1.1\r
                Host: site.test\r
                Transfer-Encoding: chunked\r
                Connection: close\r
                \r
                3\r
                abc\r
                0\r
                \r
                """.getBytes(StandardCharsets.US_ASCII));
        assertThat(Answer.toRaw(edge.port(), "POST", request.toByteArray()).status())
                .isEqualTo(411);
    }

    @Test
    void phpsOwnAnswerIsPassedOn() throws IOException {
        Answer answer = get("/answer.php");
        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.header("x-one").getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("café".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.header("set-cookie")).isEqualTo("a=b\nc=d");
        assertThat(answer.text()).isEqualTo("1");
        Answer head = Answer.to(edge.port(), "HEAD", "/answer.php");
        assertThat(head.status()).isEqualTo(418);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void theHeadOfAnAnswerIsLimited() throws IOException {
        assertThat(get("/head.php?n=20000").header("x-much")).hasSize(20_000);
        assertThat(get("/head.php?n=200000").status()).isEqualTo(502);
    }

    @Test
    void aLargeAnswerArrivesWhole() throws IOException {
        Answer answer = get("/large.php");
        assertThat(answer.whole()).isTrue();
        assertThat(answer.body()).hasSize(5_000_000);
    }

    @Test
    void aProgramMayThinkLongerThanAClientMayIdle() throws IOException {
        assertThat(get("/slow.php").text()).isEqualTo("at last");
    }

    @Test
    void aProgramThatSaysNothingIsGivenUp() {
        assertTimeout(Duration.ofSeconds(15), () -> {
            Answer answer = get("/stuck.php");
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).isEqualTo("the site takes too long to answer\n");
        });
    }

    @Test
    void aProgramThatDiesIsABadGatewayAtOnce() {
        assertTimeout(
                Duration.ofSeconds(4),
                () -> assertThat(get("/killed.php").status()).isEqualTo(502));
    }

    @Test
    void anAnswerThatPhpBreaksOffIsBrokenOff() {
        assertTimeout(
                Duration.ofSeconds(4), () -> assertThat(get("/cut.php").whole()).isFalse());
    }

    @Test
    void aPhpThatIsAwayIsAnsweredAtOnce(@TempDir Path folder) throws IOException {
        Upstream away = new Upstream.PhpSite(php.code(), folder.resolve("none.sock"));
        try (Edge lonely = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP, away)))) {
            assertTimeout(Duration.ofSeconds(4), () -> {
                Answer answer = Answer.to(lonely.port(), "GET", "/");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("retry-after")).isEqualTo("5");
                assertThat(answer.text()).isEqualTo("the site cannot be reached\n");
            });
            assertThat(Answer.to(lonely.port(), "GET", "/readme.html").status()).isEqualTo(200);
        }
    }

    private static Answer get(String target, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", target, fields);
    }

    private static Answer post(String target, int length, String... fields) throws IOException {
        return Answer.to(edge.port(), "POST", target, new byte[length], fields);
    }
}
