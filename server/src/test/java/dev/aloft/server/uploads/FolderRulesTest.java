package dev.aloft.server.uploads;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.PathRules;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The `.htaccess` files among the uploads, and the lists of the operator, at the edge. `HtaccessTest` tests the
/// meaning of the files. Time passes when the test says so.
final class FolderRulesTest {

    private static final String DENY = "deny from all\n";
    private static final SettableTime TIME = new SettableTime();

    private static S3Fixture s3;
    private static EdgeSite site;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        site = EdgeSite.of(s3.uploads()
                .withServing(UploadsSite.ServingRules.DEFAULT
                        .withDeny(new PathRules(List.of("uploads/closed", "uploads/**.bak")))
                        .withAllow(new PathRules(List.of("uploads/backup/press", "uploads/guarded/*.png")))));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site), TIME);
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void beCalm() throws Exception {
        s3.recover();
        edge.purgeEverything();
    }

    @Test
    void whatAFileOfApachesDeniesIsAnsweredLikeWhatIsMissing() throws IOException {
        s3.put("woo/a.pdf", "application/pdf", "sold");
        s3.put("woo/.htaccess", "text/plain", DENY);
        Answer missing = get("none.pdf");
        for (String method : new String[] {"GET", "HEAD"}) {
            for (String field :
                    new String[] {"Accept: */*", "Range: bytes=0-1", "Range: bytes=99-", "If-None-Match: *"}) {
                Answer answer = Answer.to(edge.port(), method, "/uploads/woo/a.pdf", field);
                assertThat(answer.status()).as(method + " " + field).isEqualTo(404);
                assertThat(answer.headers().keySet())
                        .isEqualTo(missing.headers().keySet());
                assertThat(answer.text()).isEqualTo(method.equals("GET") ? "Not Found\n" : "");
            }
        }
        assertThat(get("woo/.htaccess").status()).isEqualTo(404);
    }

    @Test
    void theFirstUploadOfAFolderCostsOneMoreGetForItAndForEachFolderAboveAndTheNextCostsNone() throws IOException {
        s3.put("2026/11/a.jpg", "image/jpeg", "a");
        s3.put("2026/11/b.jpg", "image/jpeg", "b");
        s3.put("2026/12/c.jpg", "image/jpeg", "c");
        assertThat(get("2026/11/a.jpg").status()).isEqualTo(200);
        assertThatRequests(s3.front()).are("GetObject", 1 + 3); // uploads/, 2026/ and 11/
        assertThat(get("2026/11/b.jpg").status()).isEqualTo(200);
        assertThatRequests(s3.front()).are("GetObject", 4 + 1);
        assertThat(get("2026/12/c.jpg").status()).isEqualTo(200);
        assertThatRequests(s3.front()).are("GetObject", 5 + 2);
        assertThat(get("2026/11/a.jpg").status()).isEqualTo(200);
        assertThatRequests(s3.front()).are("GetObject", 7);
        TIME.pass(UploadsOrigin.RULES.plus(UploadsOrigin.WHILE_ASKING));
        assertThat(get("2026/11/a.jpg").status()).isEqualTo(200);
        assertThatRequests(s3.front()).are("10 GetObject, 1 HeadObject");
    }

    @Test
    void whatIsMissingCostsOneGetHoweverManyFoldersItsPathNames() throws IOException {
        assertThat(get("a/b/c/d/e/none.jpg").status()).isEqualTo(404);
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void whatThisHostDeniesIsDeniedAtOnceAndLiftedAtOnce() throws IOException {
        s3.put("own/deep/a.jpg", "image/jpeg", "a");
        assertThat(get("own/deep/a.jpg").status()).isEqualTo(200);
        s3.change("own/.htaccess", DENY);
        assertThat(get("own/deep/a.jpg").status()).isEqualTo(404);
        s3.change("own/deep/.htaccess", "allow from all\n");
        assertThat(get("own/deep/a.jpg").status()).isEqualTo(200);
        s3.bucket().delete(S3Fixture.key("own/deep/.htaccess"));
        assertThat(get("own/deep/a.jpg").status()).isEqualTo(404);
        s3.bucket().delete(S3Fixture.key("own/.htaccess"));
        assertThat(get("own/deep/a.jpg").status()).isEqualTo(200);
    }

    @Test
    void whatAnotherHostDeniesIsDeniedWhenUploadAndRulesAreAskedForAgain() throws Exception {
        s3.put("other/a.jpg", "image/jpeg", "a");
        assertThat(get("other/a.jpg").status()).isEqualTo(200);
        s3.put("other/.htaccess", "text/plain", DENY);
        TIME.pass(UploadsOrigin.RULES.plus(UploadsOrigin.WHILE_ASKING));
        assertThat(get("other/a.jpg").status()).isEqualTo(404);
    }

    @Test
    void anotherHostsEdgeIsToldOfTheFolder() throws Exception {
        UrlSecret token = UrlSecret.of("0123456789abcdef0123456789abcdef");
        OperatorSettings open =
                OperatorSettings.NONE.withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), token);
        EdgeSite elsewhere = EdgeSite.of(s3.bucketOfAnotherHost(), S3Fixture.TOP);
        try (Edge told = Edge.start(EdgeSettings.of("127.0.0.1", 0, elsewhere).withOperators(open));
                Edge telling = Edge.start(EdgeSettings.of("127.0.0.1", 0, site)
                        .withOperators(open.withPeers(List.of(URI.create("http://127.0.0.1:" + told.adminPort())))))) {
            assertThat(telling.port()).isPositive();
            s3.put("told/a.jpg", "image/jpeg", "a");
            assertThat(Answer.to(told.port(), "GET", "/uploads/told/a.jpg").status())
                    .isEqualTo(200);
            s3.change("told/.htaccess", DENY);
            Eventually.await(
                    "the other edge denies",
                    () -> Answer.to(told.port(), "GET", "/uploads/told/a.jpg").status() == 404);
        }
    }

    @Test
    void whileS3IsDownTheRulesHoldThatWereKnown() throws IOException {
        s3.put("down/a.jpg", "image/jpeg", "a");
        s3.put("down/b.jpg", "image/jpeg", "b");
        s3.put("down/.htaccess", "text/plain", "<Files b.jpg>\n" + DENY + "</Files>\n");
        assertThat(get("down/a.jpg").status()).isEqualTo(200);
        assertThat(get("down/b.jpg").status()).isEqualTo(404);
        TIME.pass(Duration.ofHours(3));
        s3.front().goDown();
        assertThat(get("down/a.jpg").text()).isEqualTo("a");
        assertThat(get("down/b.jpg").status()).isEqualTo(404);
    }

    @Test
    void rulesThatCannotBeReadKeepEverythingBack() throws IOException {
        s3.put("broken/a.jpg", "image/jpeg", "a");
        s3.front()
                .on(request -> String.valueOf(request.key()).endsWith("broken/.htaccess"))
                .answer(500);
        assertThat(get("broken/a.jpg").status()).isEqualTo(503);
        s3.front().calm();
        assertThat(get("broken/a.jpg").status()).isEqualTo(200);
    }

    @Test
    void aFileIsToldOfOnceInTheLog() throws IOException {
        Logger logger = Logger.getLogger(FolderRules.class.getName());
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.setLevel(Level.INFO);
        logger.addHandler(handler);
        try {
            s3.put("logged/a.jpg", "image/jpeg", "a");
            s3.put("logged/.htaccess", "text/plain", "# ours\n" + DENY);
            s3.put("odd/a.jpg", "image/jpeg", "a");
            s3.put("odd/.htaccess", "text/plain", "<If \"-n env('X')\">\n" + DENY + "</If>\n");
            for (int i = 0; i < 3; i++) {
                assertThat(get("logged/a.jpg").status()).isEqualTo(404);
                assertThat(get("odd/a.jpg").status()).isEqualTo(404);
                edge.purgeEverything();
            }
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(null);
        }
        assertThat(lines)
                .containsExactly(
                        "INFO uploads: the edge denies files by shop/uploads/logged/.htaccess, line 2: deny"
                                + " from all",
                        "WARNING uploads: the edge may deny more files than intended by shop/uploads/odd/.htaccess,"
                                + " line 2: deny from all (not understood, so taken for a denial)");
    }

    @ParameterizedTest
    @CsvSource({
        "closed/a.jpg,        404",
        "closed/deep/a.jpg,   404",
        "closedness/a.jpg,    200",
        "x/y/a.bak,           404",
        "backup/a.jpg,        404",
        "backup/press/a.jpg,  200",
        "backup/press/a.php,  404",
        "guarded/a.png,       200",
        "guarded/a.jpg,       404"
    })
    void theOperatorsWordCountsBeforeThatOfPlugins(String name, int status) throws IOException {
        s3.put("guarded/.htaccess", "text/plain", DENY);
        s3.put(name, "image/jpeg", "x");
        assertThat(get(name).status()).isEqualTo(status);
        assertThat(get(name).status()).isEqualTo(status);
    }

    @Test
    void filesOfApachesCanBeOfNoEffect() throws IOException {
        s3.put("off/a.jpg", "image/jpeg", "a");
        s3.put("off/.htaccess", "text/plain", DENY);
        EdgeSite off = s3.site();
        try (Edge other = Edge.start(EdgeSettings.of("127.0.0.1", 0, off))) {
            s3.front().reset();
            assertThat(Answer.to(other.port(), "GET", "/uploads/off/a.jpg").status())
                    .isEqualTo(200);
            assertThatRequests(s3.front()).are("GetObject", 1);
        }
    }

    private static Answer get(String name) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/" + name);
    }
}
