package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.files.FilePath;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sites of other shapes: a moved `wp-content`, WordPress in a folder, a folder of uploads with a name of its own, and
/// networks from before WordPress 3.5.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadPathsTest {

    private static final List<UploadPath> PATHS = List.of(
            new UploadPath("/app/uploads/", UploadsFolder.UPLOADS),
            new UploadPath("/blog/uploads/", UploadsFolder.UPLOADS),
            new UploadPath("/media/", FilePath.of("media")),
            new UploadPath("/files/", FilePath.of("blogs.dir/2/files")),
            new UploadPath("/third/files/", FilePath.of("blogs.dir/3/files")));

    private static final UrlSecret SECRET = UrlSecret.of("a secret for URLs that is long enough");

    private S3Fixture s3;
    private Edge edge;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        s3.put("cat.jpg", "image/jpeg", "uploads");
        put("media/cat.jpg", "media");
        put("blogs.dir/2/files/cat.jpg", "second");
        put("blogs.dir/2/files/x.php", "code");
        put("blogs.dir/2/files/edd/cat.jpg", "sold");
        put("blogs.dir/3/files/cat.jpg", "third");
        put("media/guarded/cat.jpg", "guarded");
        put("media/guarded/.htaccess", "deny from all");
        EdgeSite site = EdgeSite.of(UploadsSite.of(s3.bucket(), S3Fixture.TOP).withSecret(SECRET))
                .withUploadPaths(PATHS);
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site));
    }

    @AfterAll
    void stop() throws IOException {
        edge.close();
        s3.close();
    }

    private StoredObject put(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return s3.bucketOfAnotherHost()
                .put(
                        ObjectKey.of(S3Fixture.TOP + "/" + name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        "image/jpeg",
                        WriteCondition.always());
    }

    @ParameterizedTest
    @CsvSource({
        "/uploads/cat.jpg, uploads",
        "/wp-content/uploads/cat.jpg, uploads",
        "/app/uploads/cat.jpg, uploads",
        "/blog/uploads/cat.jpg, uploads",
        "/media/cat.jpg, media",
        "/files/cat.jpg, second",
        "/third/files/cat.jpg, third"
    })
    void eachPathMeansItsFolder(String path, String text) throws IOException {
        for (int times = 0; times < 2; times++) {
            Answer answer = Answer.to(edge.port(), "GET", path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.header("Content-Type")).isEqualTo("image/jpeg");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/files/x.php",
                "/files/edd/cat.jpg",
                "/files/../files/cat.jpg",
                "/files/2/cat.jpg",
                "/files/",
                "/second/files/cat.jpg",
                "/blogs.dir/2/files/cat.jpg",
                "/media/guarded/cat.jpg",
                "/media/../uploads/cat.jpg",
                "/uploads/media/cat.jpg"
            })
    void theRulesOfUploadsHoldThere(String path) throws IOException {
        assertThat(Answer.to(edge.port(), "GET", path).status()).isIn(400, 404);
    }

    @Test
    void aPrivateFileOfAnotherFolderIsReadByNoSignature() throws IOException {
        s3.hide(put("media/private.jpg", "private"));
        String query = SignedUrl.sign(
                        S3Fixture.key(SECRET), "private.jpg", Instant.now().plusSeconds(60))
                .query();

        assertThat(Answer.to(edge.port(), "GET", "/media/private.jpg?" + query).status())
                .isEqualTo(404);
    }

    @Test
    void aPathWithoutSlashesTheWholePrefixAndThePathOfPicturesAreRefused() {
        assertThatThrownBy(() -> new UploadPath("files", UploadsFolder.UPLOADS))
                .hasMessageContaining("as in /uploads/");
        assertThatThrownBy(() -> new UploadPath("/a/../b/", UploadsFolder.UPLOADS))
                .hasMessageContaining("as in /uploads/");
        assertThatThrownBy(() -> new UploadPath("/files/", FilePath.ROOT)).hasMessageContaining("whole prefix");
        assertThatThrownBy(() -> new UploadPath("/tachyon/", UploadsFolder.UPLOADS))
                .hasMessageContaining("pictures");
    }
}
