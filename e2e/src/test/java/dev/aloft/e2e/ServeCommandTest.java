package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `aloft serve` with a configuration for a site that was there before: one process is its agent and its edge.
@Timeout(300)
class ServeCommandTest {

    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = OpenFolder.create("aloft-serve");
    }

    @AfterEach
    void removeFolder() throws Exception {
        OpenFolder.delete(folder);
    }

    @Test
    void aSiteThatWasThereBeforeKeepsItsUploadsInTheBucket() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                ServedSite site = ServedSite.start(folder.resolve("site"), s3);
                BucketView bucket = BucketView.open(s3, ServedSite.BUCKET)) {
            WordPress wordPress = site.wordPress();
            byte[] photo = Photo.jpeg(900, 600, 5);

            WordPress.Answer uploaded = wordPress.upload("cat.jpg", "image/jpeg", photo);

            assertThat(uploaded.status()).as(uploaded.json().toString()).isEqualTo(201);
            assertThat(bucket.keys())
                    .containsExactlyInAnyOrderElementsOf(
                            uploaded.urls().stream().map(BucketView::key).toList());
            assertThat(wordPress.get(uploaded.urls().getFirst()).body()).isEqualTo(photo);
            assertThat(new String(wordPress.get("/").body(), StandardCharsets.UTF_8))
                    .contains("</html>");
            assertThat(wordPress.delete(uploaded.id()).status()).isEqualTo(200);
            assertThat(bucket.keys()).isEmpty();

            assertThat(site.agent().errors())
                    .anyMatch(line ->
                            line.contains("bucket s3://media at " + site.s3().endpoint()))
                    .anyMatch(line -> line.contains("site site: agent on " + site.socket()));
            assertThat(site.agent().end("TERM")).isEqualTo(143);
            assertThat(site.socket()).doesNotExist();
        }
    }
}
