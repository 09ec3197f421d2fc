package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The promise that bytes of an upload never execute, at the edge: `x.php` lies in S3 and, worse, in the code root's
/// own folders of uploads, and no spelling of its URL has it run, or shows its source, or asks another server for it.
final class NothingOfUploadsGoesBehindTest {

    private static final String PROGRAM = "<?php echo 'ran ' . 6 * 7;";

    private static S3Fixture s3;
    private static PhpSite php;
    private static RecordingServer upstream;
    private static Edge beforePhp;
    private static Edge beforeHttp;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        s3.put("x.php", "application/x-php", PROGRAM);
        s3.put("x.jpg", "image/jpeg", PROGRAM);
        php = new PhpSite(folder);
        php.write("index.php", "<?php echo 'front controller';");
        php.write("uploads/x.php", PROGRAM);
        php.write("wp-content/uploads/x.php", PROGRAM);
        php.write("wp-content/uploads/index.php", PROGRAM);
        php.write("wp-content/uploads/x.txt", PROGRAM);
        Files.createSymbolicLink(php.code().resolve("linked"), php.code().resolve("wp-content/uploads"));
        upstream = new RecordingServer();
        beforePhp = start(php.upstream());
        beforeHttp = start(new Upstream.HttpUpstream(URI.create("http://127.0.0.1:" + upstream.port())));
    }

    private static Edge start(Upstream behind) throws IOException {
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP, behind)));
    }

    @AfterAll
    static void stop() throws Exception {
        beforePhp.close();
        beforeHttp.close();
        upstream.close();
        php.close();
        s3.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/uploads/x.php,                     404",
        "/uploads/x.pHp,                     404",
        "/uploads/x.php/,                    404",
        "/uploads/x.php/x.jpg,               404",
        "/uploads/x.jpg/y.php,               404",
        "/uploads/x.jpg%00.php,              400",
        "/uploads/x.php%00.jpg,              400",
        "/uploads/x.php%20,                  404",
        "/uploads/x.php.,                    404",
        "/uploads/x.php::$DATA,              404",
        "/uploads/x.php;y,                   404",
        "/%75ploads/x.php,                   404",
        "/%75%70%6c%6f%61%64%73/x%2ephp,     404",
        "//uploads/x.php,                    404",
        "/uploads//x.php,                    404",
        "///uploads///x.php,                 404",
        "/uploads/../uploads/x.php,          404",
        "/uploads/%2e%2e/uploads/x.php,      404",
        "/uploads/..%2fuploads/x.php,        404",
        "/./uploads/x.php,                   400",
        "/%2e/uploads/x.php,                 400",
        "/x/../uploads/x.php,                400",
        "/x/%2e%2e/uploads/x.php,            400",
        "/x/..%2fuploads/x.php,              400",
        "/uploads%2fx.php,                   400",
        "/uploads%2Fx.php,                   400",
        "/uploads%252fx.php,                 400",
        "/uploads%5cx.php,                   400",
        "/uploads\\x.php,                    400",
        "/%2575ploads/x.php,                 400",
        "/uploads;a=b/x.php,                 400",
        "/uploads%00/x.php,                  400",
        "/upl%C3oads/x.php,                  400",
        "/wp-content/uploads/x.php,          404",
        "/wp-content//uploads/x.php,         404",
        "/wp-content/%75ploads/x.php,        404",
        "/wp-content/./uploads/x.php,        400",
        "/wp-content%2fuploads%2fx.php,      400",
        "/wp-content%2fuploads/x.php,        400",
        "/wp-content/x/../uploads/x.php,     400",
        "/wp-content;/uploads/x.php,         400",
        "/wp-content/uploads/,               404",
        "/wp-content/uploads,                404",
        "/wp-content/uploads/index.php,      404",
        "/wp-content/uploads/x.php/x.php,    404",
        "http://site.test/uploads/x.php,     404"
    })
    void aSpellingOfAnUploadIsAnsweredByTheEdgeAlone(String target, int status) throws IOException {
        upstream.targets().clear();
        for (Edge edge : new Edge[] {beforePhp, beforeHttp}) {
            for (String method : new String[] {"GET", "HEAD"}) {
                Answer answer = Answer.to(edge.port(), method, target, "Host: site.test");
                assertThat(answer.status()).as(method + " " + target).isEqualTo(status);
                assertThat(answer.text()).doesNotContain("ran 42", "<?php", "front controller");
            }
            Answer post = Answer.to(edge.port(), "POST", target, new byte[] {1}, "Host: site.test");
            assertThat(post.status()).as("POST " + target).isIn(400, 405);
        }
        assertThat(upstream.targets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/UPLOADS/x.php",
                "/linked/x.php",
                "/linked/x.txt",
                "/linked/",
                "/linked",
                "/x.jpg/y.php",
                "/index.php/uploads/x.php",
                "/uploadsx/x.php",
                "/?/uploads/x.php",
                "/a/uploads/x.php",
                "/a%2f..b/uploads/x.php"
            })
    void anotherPathReachesTheFrontControllerAtMost(String target) throws IOException {
        Answer answer = Answer.to(beforePhp.port(), "GET", target);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("front controller");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/uploads/x.jpg", "//wp-content//uploads//x.jpg"})
    void anUploadWithAnHonestNameIsItsBytes(String target) throws IOException {
        Answer answer = Answer.to(beforePhp.port(), "GET", target);
        assertThat(answer.text()).isEqualTo(PROGRAM);
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
    }
}
