package dev.aloft.server.tachyon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SurrogateKeysTest extends PicturesFixture {

    private Edge tagging;

    @BeforeEach
    void startTagging() throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, PictureSettings.DEFAULT);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET)).withPictures(pictures);
        tagging = Edge.start(EdgeSettings.of("127.0.0.1", 0, site.withSurrogateKeys()));
    }

    @AfterEach
    void stopTagging() {
        tagging.close();
    }

    @Test
    void anUploadAndItsPicturesHaveTheSameKeysUnderEveryUrl() throws IOException {
        for (int i = 0; i < 2; i++) { // from S3, and from the cache
            for (String url : List.of(
                    "/uploads/2026/11/cat.jpg",
                    "/wp-content/uploads/2026/11/cat.jpg?ver=2",
                    "/tachyon/2026/11/cat.jpg?w=20",
                    "/tachyon/2026/11/cat.jpg?w=30")) {
                Answer answer = Answer.to(tagging.port(), "GET", url);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Surrogate-Key")).as(url).isEqualTo("site site/fb5a01c9b0312562");
                assertThat(answer.header("Cache-Tag")).as(url).isEqualTo("site,site/fb5a01c9b0312562");
            }
        }
        assertThat(get("/uploads/2026/11/cat.jpg").header("Surrogate-Key"))
                .as("by default")
                .startsWith("(no ");
    }

    @Test
    void answersThatNoCdnStoresHaveNone() throws IOException {
        s3.hide(s3.put("2026/11/secret.jpg", "image/jpeg", CAT));
        String signed = SignedUrl.sign(KEY, "2026/11/secret.jpg", Instant.now().plusSeconds(600))
                .query();
        for (String url : List.of(
                "/uploads/2026/11/secret.jpg?" + signed,
                "/tachyon/2026/11/secret.jpg?w=20&" + signed,
                "/uploads/2026/11/secret.jpg",
                "/uploads/none.jpg",
                "/tachyon/none.jpg?w=20")) {
            Answer answer = Answer.to(tagging.port(), "GET", url);
            assertThat(answer.status()).as(url).isEqualTo(url.contains("signature") ? 200 : 404);
            assertThat(answer.header("Surrogate-Key") + answer.header("Cache-Tag"))
                    .as(url)
                    .isEqualTo("(no Surrogate-Key)(no Cache-Tag)");
        }
    }
}
