package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.WebServerKind;
import dev.aloft.testkit.HostileClient;
import dev.aloft.testkit.HostileRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Contract of a web server before php-fpm and an edge, with the configuration that `aloft cdn` prints: requests and
/// pages of every shape, and no visitor receives another's answer.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrontSuite {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    /// More than php-fpm has workers.
    private static final int HALF_SENT = 12;

    private static final String EXECUTED = "PROGRAM EXECUTED";

    /// Says what PHP knows of a request.
    private static final String TELL = """
            <?php
            foreach ($_SERVER as $name => $value) {
                echo $name, '=', is_string($value) ? $value : '', "\\n";
            }
            echo 'BODY=', file_get_contents('php://input'), "\\n";
            """;

    private static final String PROGRAM = "<?php echo strrev('DETUCEXE MARGORP');";

    private final WebServerKind kind;
    private PageSite site;
    private RawClient client;

    FrontSuite(WebServerKind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void start() throws IOException {
        DebianPackages.of("php8.2-fpm", kind.debianPackage()).require(System.err::println);
        site = new PageSite();
        site.put("index.php", TELL);
        site.put("wp-admin/index.php", TELL);
        for (String name : List.of(HostileClient.VISITORS, HostileClient.SMUGGLED, HostileClient.ASKED)) {
            site.upload(name, "the text of " + name + "\n");
        }
        client = new RawClient(site.serve(kind, InetAddress.ofLiteral("127.0.0.1")), PageSite.HOST, ANSWER_LIMIT);
    }

    @AfterAll
    void stop() throws IOException {
        site.close();
    }

    @Test
    void aVisitorGetsPagesPlainFilesAndUploads() throws IOException {
        site.put("plain.txt", "a plain file");
        site.upload("a b.txt", "an upload");

        assertThat(client.get("/plain.txt")).startsWith("HTTP/1.1 200").contains("a plain file");
        assertThat(client.get("/uploads/a%20b.txt")).startsWith("HTTP/1.1 200").contains("an upload");
        assertThat(client.get("/wp-content/uploads/a%20b.txt")).contains("an upload");
        assertThat(client.get("/2026/11/a-post/?a=b"))
                .startsWith("HTTP/1.1 200")
                .contains("SCRIPT_NAME=/index.php\n", "REQUEST_URI=/2026/11/a-post/?a=b\n", "QUERY_STRING=a=b\n");
        assertThat(client.get("/wp-admin/")).contains("SCRIPT_NAME=/wp-admin/index.php\n");
        assertThat(client.get("/wp-admin")).startsWith("HTTP/1.1 30").contains("/wp-admin/\r\n");
        assertThat(client.get("/index.php/a/b")).contains("PATH_INFO=/a/b\n", "SCRIPT_NAME=/index.php\n");
    }

    @Test
    void wellKnownFilesAreServedAndHiddenOnesAreNot() throws IOException {
        site.put(".well-known/change-password", "the well-known text");
        site.put(".git/config", "the hidden text");
        site.put(".htpasswd", "the hidden text");

        assertThat(client.get("/.well-known/change-password")).contains("the well-known text");
        for (String hidden : List.of("/.git/config", "/.htpasswd", "/.well-known/../.git/config", "/%2egit/config")) {
            assertThat(client.get(hidden)).as(hidden).doesNotContain("the hidden text");
        }
    }

    @Test
    void aPageThatIsFlushedComesAsItIsMadeAndWhole() throws Exception {
        Path go = Files.createTempDirectory("aloft-flush").resolve("go");
        Files.setPosixFilePermissions(go.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        site.put("wp-admin/update.php", """
                <?php
                while (ob_get_level() > 0) {
                    ob_end_flush();
                }
                echo "unpacking\\n";
                flush();
                while (!file_exists('%s')) {
                    usleep(10000);
                    clearstatcache();
                }
                for ($i = 0; $i < 1000; $i++) {
                    echo "installing\\n";
                    flush();
                }
                echo "done\\n";
                """.formatted(go));

        try (RawClient.Open page = client.open("GET /wp-admin/update.php HTTP/1.1", "Connection: close\r\n")) {
            page.awaitText("unpacking\n");
            Files.createFile(go);
            assertThat(page.rest()).contains("installing\n", "done\n");
        }
    }

    @Test
    void aVisitorsPageThatIsFlushedComesWhole() throws IOException {
        site.put("flushed.php", "<?php for ($i = 0; $i < 2000; $i++) { echo \"line $i\\n\"; flush(); }");

        assertThat(client.get("/flushed.php")).startsWith("HTTP/1.1 200").contains("line 0\n", "line 1999\n");
    }

    @Test
    void bodiesThatNeverEndLeaveWorkersForVisitors() throws IOException {
        List<RawClient.Open> attackers = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_SENT; i++) {
                String framing = i % 2 == 0 ? "Content-Length: 5000\r\n" : "Transfer-Encoding: chunked\r\n";
                RawClient.Open attacker = client.open(
                        (i % 4 < 2 ? "POST" : "GET") + " /index.php HTTP/1.1",
                        "Content-Type: application/x-www-form-urlencoded\r\n" + framing);
                attackers.add(attacker);
                attacker.send(i % 2 == 0 ? "a=1" : "3\r\na=1");
            }
            assertThat(client.get("/")).startsWith("HTTP/1.1 200");
        } finally {
            for (RawClient.Open attacker : attackers) {
                attacker.close();
            }
        }
    }

    /// A visitor gets his page while many others ask for one and take nothing of it. For servers that collect answers.
    void readersWhoTakeNothingLeaveWorkersForVisitors(String target) throws IOException {
        site.put(target.substring(1), "<?php echo str_repeat('0123456789abcdef', 1 << 18);");
        List<RawClient.Open> readers = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_SENT; i++) {
                readers.add(client.open("GET " + target + " HTTP/1.1", ""));
            }
            assertThat(client.get("/")).startsWith("HTTP/1.1 200");
        } finally {
            for (RawClient.Open reader : readers) {
                reader.close();
            }
        }
    }

    /// A request's line may name a host, and its `Host` another: whose rules it passed decides.
    @Test
    void aRequestReachesTheSiteWhoseBlockTookIt() throws IOException {
        assertThat(client.withHost("other.test").get("http://" + PageSite.HOST + "/"))
                .doesNotContain("HTTP_HOST=other.test");
        assertThat(client.withHost("other.test").get("http://" + PageSite.HOST + "/uploads/" + HostileClient.VISITORS))
                .startsWith("HTTP/1.1 200");
        assertThat(client.withHost(PageSite.HOST + ":8080").get("/"))
                .contains("HTTP_HOST=" + PageSite.HOST + ":8080\n");
    }

    /// PHP would read `CF.Connecting.IP` as the header that a CDN has set.
    @Test
    void namesOfHeadersThatPhpTakesForOthersAreDropped() throws IOException {
        String answer = client.request(
                "GET / HTTP/1.1",
                "CF.Connecting.IP: 192.0.2.1\r\nCF_Connecting_IP: 192.0.2.2\r\nX-Real: kept\r\nProxy: http://192.0.2.3\r\n",
                "");

        assertThat(answer).contains("HTTP_X_REAL=kept\n").doesNotContain("192.0.2.");
    }

    @Test
    void headSaysNothingWrongOfTheLength() throws IOException {
        site.put("length.php", "<?php header('Content-Length: 5'); echo '12345';");

        assertThat(client.request("HEAD / HTTP/1.1", "", ""))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("ength: 0");
        assertThat(client.request("HEAD /length.php HTTP/1.1", "", ""))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("ength: 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 12_000, 15_000})
    void largeHeadsReachPhpAndComeBack(int length) throws IOException {
        site.put(
                "large.php",
                "<?php foreach (range(1, 4) as $i) { header(\"X-$i: \" . str_repeat('b', $_GET['n'] / 4)); }");

        assertThat(client.request("GET / HTTP/1.1", "X-Large: " + "a".repeat(length) + "\r\n", ""))
                .contains("HTTP_X_LARGE=" + "a".repeat(length) + "\n");
        assertThat(client.request("GET / HTTP/1.1", "Cookie: a=" + "a".repeat(length) + "\r\n", ""))
                .contains("HTTP_COOKIE=a=" + "a".repeat(length) + "\n");
        assertThat(client.get("/large.php?n=" + length)).contains("X-4: " + "b".repeat(length / 4));
        assertThat(client.request(
                        "GET /uploads/" + HostileClient.VISITORS + " HTTP/1.1",
                        "Cookie: a=" + "a".repeat(length) + "\r\n",
                        ""))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void bodiesInChunksReachPhpWholeOrAreRefusedAtOnce() throws IOException {
        String answer = client.request(
                "POST /index.php HTTP/1.1",
                "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
                "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");

        if (kind == WebServerKind.CADDY) {
            assertThat(answer).startsWith("HTTP/1.1 411");
        } else {
            assertThat(answer).startsWith("HTTP/1.1 200").contains("CONTENT_LENGTH=6\n", "BODY=abcdef\n");
        }
        assertThat(client.request(
                        "POST /index.php HTTP/1.1", "Content-Type: text/plain\r\nContent-Length: 6\r\n", "abcdef"))
                .contains("CONTENT_LENGTH=6\n", "BODY=abcdef\n");
        assertThat(client.request("POST /index.php HTTP/1.1", "Content-Length: 0\r\n", ""))
                .contains("BODY=\n");
        assertThat(client.request("DELETE /index.php HTTP/1.1", "", "")).contains("BODY=\n");
    }

    @Test
    void phpKnowsTheSchemeAndTheVisitor() throws IOException {
        String answer = client.request(
                "GET / HTTP/1.1",
                "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1;proto=https\r\n",
                "");

        assertThat(answer)
                .contains("REQUEST_SCHEME=http\n", "REMOTE_ADDR=127.0.0.1\n", "HTTP_HOST=" + PageSite.HOST + "\n")
                .doesNotContain("HTTPS=on");
    }

    @Test
    void anAddressOfIp6HasNoBrackets() throws IOException {
        InetSocketAddress listen = site.serve(kind, InetAddress.ofLiteral("::1"));

        String answer = new RawClient(listen, PageSite.HOST, ANSWER_LIMIT).get("/");

        assertThat(answer).contains("REMOTE_ADDR=").containsPattern("\nREMOTE_ADDR=[0:]*1\n");
    }

    @Test
    void setCookieIsNeverReplayed() throws IOException {
        site.put("cookie.php", """
                <?php
                header('Cache-Control: public, max-age=600');
                setcookie('visitor', bin2hex(random_bytes(8)));
                """);

        assertThat(client.get("/cookie.php").replaceAll("(?s).*visitor=(\\w+).*", "$1"))
                .hasSize(16)
                .isNotEqualTo(client.get("/cookie.php").replaceAll("(?s).*visitor=(\\w+).*", "$1"));
    }

    /// Forwarded headers are trusted from the addresses of `--behind` only.
    void whoIsInFrontIsBelieved() throws IOException {
        site.put("secure.php", """
                <?php
                header('Cache-Control: public, max-age=600');
                ($_SERVER['HTTPS'] ?? '') === 'on' ? print('secure') : header('Location: https://pages.test/', true, 301);
                """);
        InetSocketAddress listen = site.serve(kind, InetAddress.ofLiteral("127.0.0.1"), "--behind", "127.0.0.0/8");
        RawClient cdn = new RawClient(listen, PageSite.HOST, ANSWER_LIMIT);
        String secure = "X-Forwarded-Proto: https\r\n";

        String answer = cdn.request("GET / HTTP/1.1", secure + "X-Forwarded-For: 192.0.2.9, 192.0.2.1\r\n", "");

        assertThat(answer).contains("REQUEST_SCHEME=https\n", "HTTPS=on\n", "REMOTE_ADDR=192.0.2.1\n");
        assertThat(cdn.get("/"))
                .contains("REQUEST_SCHEME=http\n", "REMOTE_ADDR=127.0.0.1\n")
                .doesNotContain("HTTPS=on");
        for (int round = 0; round < 2; round++) {
            assertThat(cdn.get("/secure.php")).startsWith("HTTP/1.1 301");
            assertThat(cdn.request("GET /secure.php HTTP/1.1", secure, "")).contains("secure");
        }
        assertThat(cdn.request("GET /wp-admin HTTP/1.1", secure, "")).doesNotContain("Location: http://");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/uploads/evil.php",
                "/uploads/evil.php/x.jpg",
                "/uploads/evil.PHP",
                "/uploads/evil.phtml",
                "/uploads/evil.jpg/x.php",
                "/uploads/evil.php%00.jpg",
                "/uploads/%65vil.php",
                "/uploads/evil%2ephp",
                "/uploads%2fevil.php",
                "//uploads/evil.php",
                "/./uploads/evil.php",
                "/x/../uploads/evil.php",
                "/x/%2e%2e/uploads/evil.php",
                "/wp-admin/..%2fuploads/evil.php",
                "/UPLOADS/evil.php",
                "/uploads/evil.php.",
                "/uploads/evil.php;x",
                "/uploads\\evil.php",
                "/wp-content/uploads/evil.php",
                "/wp-content/uploads/evil.jpg/x.php",
                "/wp-content//uploads/evil.php",
                "/wp-content%2fuploads/evil.php",
                "/wp-content/uploads/./evil.php",
                "/wp-content/Uploads/evil.php",
                "/wp-content/blogs.dir/2/files/evil.php",
                "/blog/wp-content/uploads/evil.php",
                "/blog/uploads/evil.php",
                "/index.php/uploads/evil.php",
                "/index.php/wp-content/uploads/evil.php",
                "/plain.php/../uploads/evil.php",
                "/wp-admin/index.php/../../uploads/evil.php",
                "/wp-content/uploads/2026/11/evil.jpg/index.php",
                "/wp-content/uploads/evil.jpg%0a.php",
                "/index.php%2fuploads/evil.php",
                "/uploads/.user.ini"
            })
    void noProgramAmongUploadsRunsOrIsShownAlsoWhereItLiesOnTheDisk(String target) throws IOException {
        for (String folder : List.of(
                "uploads",
                "wp-content/uploads",
                "wp-content/uploads/2026/11",
                "wp-content/blogs.dir/2/files",
                "blog/wp-content/uploads",
                "blog/uploads")) {
            for (String name : List.of("evil.php", "evil.jpg", "evil.PHP", "evil.phtml")) {
                site.put(folder + "/" + name, PROGRAM);
            }
            site.put(folder + "/.user.ini", "auto_prepend_file=evil.jpg");
        }

        String answer = client.get(target);

        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain(EXECUTED, "DETUCEXE");
    }

    static List<HostileRequest> corpus() {
        return HostileRequest.all();
    }

    /// The smuggled request may be the sender's own next one here; the visitors' are not.
    @ParameterizedTest
    @MethodSource("corpus")
    void behindAHostileRequestEveryVisitorGetsHisOwnAnswer(HostileRequest request) throws IOException {
        HostileClient hostile = new HostileClient(client.port(), PageSite.HOST, "/uploads/", ANSWER_LIMIT);

        hostile.attack(request);

        for (int visit = 0; visit < 3; visit++) {
            HostileClient.Received visitor = hostile.visitor();
            assertThat(visitor.statuses()).containsExactly(200);
            assertThat(visitor.text()).endsWith("\r\n\r\nthe text of " + HostileClient.VISITORS + "\n");
        }
        assertThat(client.get("/own/" + request.name())).contains("REQUEST_URI=/own/" + request.name() + "\n");
    }
}
