package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The promise that bytes of an upload never execute, at the edge: `x.php` lies in S3 and, worse, in the code root's
/// own folders of uploads. That no spelling of its URL has it run is [SecurityTest]'s; here are the paths that look
/// like
/// one and are none.
final class NothingOfUploadsGoesBehindTest {

    private static final String PROGRAM = "<?php echo 'ran ' . 6 * 7;";

    private static S3Fixture s3;
    private static PhpSite php;
    private static Edge edge;

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
        EdgeSite site = EdgeSite.of(s3.bucket(), S3Fixture.TOP, php.upstream());
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site));
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
        php.close();
        s3.close();
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
        Answer answer = Answer.to(edge.port(), "GET", target);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("front controller");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/uploads/x.jpg", "//wp-content//uploads//x.jpg"})
    void anUploadWithAnHonestNameIsItsBytes(String target) throws IOException {
        Answer answer = Answer.to(edge.port(), "GET", target);
        assertThat(answer.text()).isEqualTo(PROGRAM);
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
    }
}
