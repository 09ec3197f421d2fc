package dev.aloft.server.tachyon;

import static dev.aloft.server.tachyon.Drawing.jpeg;
import static dev.aloft.server.tachyon.Drawing.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Renditions in S3.
final class KeptRenditionsTest {

    private static final byte[] CAT = jpeg(800, 600);
    private static final UrlSecret SECRET = UrlSecret.of("a secret of at least 32 bytes, for tests");
    private static final UrlKey KEY = S3Fixture.key(SECRET);

    private static S3Fixture s3;
    private static RenderPool renderPool;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        renderPool = RenderPool.open(RenderPoolSettings.standard());
        s3.put("2026/11/cat.jpg", "image/jpeg", CAT);
    }

    @AfterAll
    static void stop() throws IOException {
        renderPool.close();
        s3.close();
    }

    @BeforeEach
    void count() {
        s3.front().calm();
        s3.front().reset();
    }

    @Test
    void aKeptRenditionIsFoundByEveryEdgeUntilItsOriginalChanges() throws Exception {
        String target = "/tachyon/kept%20%C3%A9.jpg?w=90";
        s3.put("kept é.jpg", "image/jpeg", CAT);
        Answer first;
        try (Edge one = edge(renderPool, PictureSettings.DEFAULT.keeping())) {
            first = Answer.to(one.port(), "GET", target);
            awaitRequests("PutObject", 1);
        }
        s3.front().reset();
        try (Edge other = edge(renderPool, PictureSettings.DEFAULT.keeping())) {
            Answer second = Answer.to(other.port(), "GET", target);
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.body()).isEqualTo(first.body());
            for (Answer answer : new Answer[] {first, second}) {
                answer.headers().remove("date");
                answer.headers().remove("age"); // begins with the request, and rendering takes a while
            }
            assertThat(second.headers()).isEqualTo(first.headers());
            assertThat(s3.front().requests().stream().filter(r -> r.key().endsWith(".jpg")))
                    .as("the original is asked for by a HEAD at most")
                    .allMatch(r -> r.operation().equals("HeadObject"));
            assertThat(s3.front().requests().stream().filter(r -> r.key().startsWith("shop/renditions/")))
                    .hasSize(1);
        }
        s3.change("kept é.jpg", "image/jpeg", jpeg(400, 400));
        try (Edge later = edge(renderPool, PictureSettings.DEFAULT.keeping())) {
            assertThat(size(Answer.to(later.port(), "GET", target))).isEqualTo("90x90");
        }
    }

    @Test
    void whatCannotBeKeptIsShownAllTheSame() throws Exception {
        s3.put("unkept.jpg", "image/jpeg", CAT);
        s3.front().on("PutObject").answer(403);
        try (Edge keeping = edge(renderPool, PictureSettings.DEFAULT.keeping())) {
            assertThat(Answer.to(keeping.port(), "GET", "/tachyon/unkept.jpg?w=90")
                            .status())
                    .isEqualTo(200);
            awaitRequests("PutObject", 1);
            assertThat(Answer.to(keeping.port(), "GET", "/tachyon/unkept.jpg?w=91")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsPrivateIsNotKept() throws Exception {
        s3.hide(s3.put("hidden.jpg", "image/jpeg", CAT));
        String leave =
                SignedUrl.sign(KEY, "hidden.jpg", Instant.now().plusSeconds(60)).query();
        try (Edge keeping = edge(renderPool, PictureSettings.DEFAULT.keeping())) {
            s3.front().reset();
            assertThat(Answer.to(keeping.port(), "GET", "/tachyon/hidden.jpg?w=90&" + leave)
                            .status())
                    .isEqualTo(200);
            assertThat(Answer.to(keeping.port(), "GET", "/tachyon/2026/11/cat.jpg?w=92")
                            .status())
                    .isEqualTo(200);
            awaitRequests("PutObject", 1);
            assertThat(s3.front().requests()).noneMatch(r -> r.key().contains("renditions/hidden"));
        }
    }

    private static Edge edge(RenderPool renderPool, PictureSettings settings) throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, settings);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET));
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site.withPictures(pictures)));
    }

    private static void awaitRequests(String operation, int count) throws Exception {
        Eventually.await(
                count + " " + operation,
                () -> s3.front().requests().stream()
                                .filter(r -> r.operation().equals(operation))
                                .count()
                        >= count);
        assertThat(s3.front().requests().stream().filter(r -> r.operation().equals(operation)))
                .hasSize(count);
    }
}
