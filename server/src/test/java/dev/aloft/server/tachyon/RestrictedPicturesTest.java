package dev.aloft.server.tachyon;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Parameters;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Access to pictures: private and denied originals, signatures, and listed sizes.
final class RestrictedPicturesTest extends PicturesFixture {

    @Test
    void anOriginalThatIsNotServedGivesNoPicture() throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, PictureSettings.DEFAULT);
        EdgeSite site = EdgeSite.of(s3.uploads().withServing(UploadsSite.ServingRules.DEFAULT))
                .withPictures(pictures);
        s3.put("edd/cat.jpg", "image/jpeg", CAT);
        s3.put("x/edd/cat.jpg", "image/jpeg", CAT);
        s3.put("woo/cat.jpg", "image/jpeg", CAT);
        try (Edge guarded = Edge.start(EdgeSettings.of("127.0.0.1", 0, site))) {
            for (String hidden : new String[] {"edd/cat.jpg", "x/tachyon/edd/cat.jpg"}) {
                assertThat(Answer.to(guarded.port(), "GET", "/tachyon/" + hidden + "?w=30")
                                .status())
                        .as(hidden)
                        .isEqualTo(404);
            }
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(200);
            s3.change("woo/.htaccess", "deny from all");
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(404);
            s3.bucket().delete(S3Fixture.key("woo/.htaccess"));
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsPrivateIsAnsweredLikeWhatIsMissing() throws IOException {
        s3.hide(s3.put("unseen.jpg", "image/jpeg", CAT));
        Answer hidden = get("/tachyon/unseen.jpg?w=50");
        Answer missing = get("/tachyon/none.jpg?w=50");
        hidden.headers().remove("date");
        missing.headers().remove("date");
        assertThat(hidden).isEqualTo(missing);
    }

    @Test
    void aPrivateOriginalGivesPicturesToSignedRequestsAlone() throws IOException {
        s3.hide(s3.put("secret.jpg", "image/jpeg", CAT));
        String leave =
                SignedUrl.sign(KEY, "secret.jpg", Instant.now().plusSeconds(60)).query();
        assertThat(get("/tachyon/secret.jpg?w=50").status()).isEqualTo(404);
        Answer seen = get("/tachyon/secret.jpg?w=50&" + leave);
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.header("cache-control")).isEqualTo("private, no-store");
        assertThat(seen.headers()).doesNotContainKey("aloft-private");
        assertThat(get("/tachyon/secret.jpg?w=50").status()).isEqualTo(404);
        assertThat(get("/tachyon/secret.jpg?w=50&" + leave.replace("signature=", "signature=x"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aUrlThatS3WouldTakeGivesThePictureForItsTime() throws IOException {
        String query = s3.presigned("2026/11/cat.jpg", Duration.ofMinutes(10));
        Answer plain = get("/tachyon/2026/11/cat.jpg?w=50&" + query);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.header("cache-control")).matches("max-age=[3-6]\\d\\d");
        assertThat(get("/tachyon/2026/11/cat.jpg?w=51&presign=" + URLEncoder.encode(query, UTF_8))
                        .status())
                .isEqualTo(200);
        StoredObject hidden = s3.put("presigned.jpg", "image/jpeg", CAT);
        s3.hide(hidden);
        Answer seen = get("/tachyon/presigned.jpg?w=50&" + s3.presigned("presigned.jpg", Duration.ofMinutes(10)));
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.header("cache-control")).isEqualTo("private, no-store");
        assertThat(get("/tachyon/presigned.jpg?w=50").status()).isEqualTo(404);
    }

    @Test
    void aSignatureThatS3WouldNotTakeGivesNoPictureOfAnything() throws IOException {
        s3.hide(s3.put("forged.jpg", "image/jpeg", CAT));
        String good = s3.presigned("forged.jpg", Duration.ofMinutes(10));
        String forged = good.replaceFirst("X-Amz-Signature=.{8}", "X-Amz-Signature=00000000");
        String longer = good.replace("X-Amz-Expires=600", "X-Amz-Expires=6000");
        String others = s3.presigned("2026/11/cat.jpg", Duration.ofMinutes(10));
        String unsigned = good.replaceFirst("X-Amz-Signature=[0-9a-f]+&?", "");
        String past = "X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-Signature=0";
        String dateless = "X-Amz-Signature=0";
        String anonymous = good.replaceFirst("X-Amz-Algorithm=[^&]+&?", "");
        for (String query : List.of(forged, longer, others, unsigned, past, dateless, anonymous)) {
            assertThat(get("/tachyon/forged.jpg?w=50&" + query).status())
                    .as(query)
                    .isEqualTo(404);
            assertThat(get("/tachyon/forged.jpg?w=50&presign=" + URLEncoder.encode(query, UTF_8))
                            .status())
                    .as(query)
                    .isEqualTo(404);
        }
        assertThat(get("/tachyon/2026/11/cat.jpg?w=52&" + forged).status())
                .as("also where the picture is public")
                .isEqualTo(404);
        assertThat(get("/tachyon/forged.jpg?w=50&" + good).status()).isEqualTo(200);
    }

    @Test
    void aSiteThatListsItsSizesMakesTheOthersForASignatureAlone() throws IOException {
        Admission admission = new Admission(Optional.of(new Admission.ListedSizes(List.of("64x64"))), Optional.of(KEY));
        String signed = "w=65&s=" + SignedPicture.sign(KEY, "2026/11/cat.jpg", Parameters.of("w=65"));
        String leave = SignedUrl.sign(KEY, "2026/11/cat.jpg", Instant.now().plusSeconds(60))
                .query();
        try (Edge listing = edge(renderPool, PictureSettings.DEFAULT.withAdmission(admission))) {
            for (String query : List.of("resize=64,64", signed, signed + "&" + leave, "")) {
                assertThat(Answer.to(listing.port(), "GET", "/tachyon/2026/11/cat.jpg?" + query)
                                .status())
                        .as(query)
                        .isEqualTo(200);
            }
            s3.front().reset();
            for (String query :
                    List.of("w=66", signed + "&w=66", "resize=64,64&quality=3", "w=65&s=", "w=65&" + leave)) {
                Answer refused = Answer.to(listing.port(), "GET", "/tachyon/2026/11/cat.jpg?" + query);
                assertThat(refused.status()).as(query).isEqualTo(403);
                assertThat(refused.text()).contains("signature").contains("64x64");
            }
            assertThatRequests(s3.front()).areNone();
        }
    }

    @Test
    void aPrivateOriginalThatGivesNoPictureIsMissingToo() throws IOException {
        s3.hide(s3.put("hidden-half.jpg", "image/jpeg", Arrays.copyOf(CAT, CAT.length / 2)));
        assertThat(get("/tachyon/hidden-half.jpg?w=100").status()).isEqualTo(404);
        assertThat(Answer.to(strict.port(), "GET", "/tachyon/hidden-half.jpg?w=100")
                        .status())
                .isEqualTo(404);
    }
}
