package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A photograph is uploaded while one request to S3 goes wrong, or all from one on: each request in turn, in each way.
/// Either WordPress says that the upload has failed, and why, or every file that it names is whole, in S3 and for a
/// visitor.
@Timeout(600)
class UploadFaultsTest {

    /// One for a free name, and one for each file: the picture and four sizes.
    private static final int REQUESTS = 6;

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private final BucketView bucket;
    private final WordPress wordPress;
    private final S3Front s3;

    UploadFaultsTest(Fleet fleet, BucketView bucket) {
        this.bucket = bucket;
        wordPress = fleet.wordPress(0);
        s3 = fleet.s3();
    }

    /// Fault of a request.
    enum Way {
        ANSWERED_500,
        ANSWERED_503,
        ANSWERED_403,
        RESET_BEFORE_ITS_BODY,
        RESET_IN_ITS_BODY,
        DONE_AND_NOT_ANSWERED,
        ANSWERED_BY_HALF;

        void happensAt(Occasion occasion) {
            var _ = switch (this) {
                case ANSWERED_500 -> occasion.answer(500);
                case ANSWERED_503 -> occasion.answer(503);
                case ANSWERED_403 -> occasion.answer(403);
                case RESET_BEFORE_ITS_BODY -> occasion.resetRequestAfter(0);
                case RESET_IN_ITS_BODY -> occasion.resetRequestAfter(1000);
                case DONE_AND_NOT_ANSWERED -> occasion.loseAnswer();
                case ANSWERED_BY_HALF -> occasion.resetAnswerAfter(10);
            };
        }
    }

    /// Nothing of a case that has failed reaches the next one.
    @AfterEach
    void leaveNothing() throws Exception {
        s3.reset();
        awaitWritable();
        for (JsonNode attachment : found("faulty")) {
            wordPress.delete(attachment.path("id").asInt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneRequestGoesWrong(Way way) throws Exception {
        for (int number = 1; number <= REQUESTS; number++) {
            upload(way, number, true);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWERED_500", "ANSWERED_403", "RESET_BEFORE_ITS_BODY"})
    void allRequestsGoWrongFromOneOn(Way way) throws Exception {
        for (int number : List.of(1, 2, 3, REQUESTS)) {
            upload(way, number, false);
        }
    }

    private void upload(Way way, int number, boolean once) throws Exception {
        String what = way + (once ? " at request " : " from request ") + number;
        Set<String> keysBefore = bucket.keys();
        s3.reset();
        AtomicInteger count = new AtomicInteger();
        Predicate<S3Request> from = _ -> count.incrementAndGet() >= number;
        Occasion occasion = once ? s3.onEvery().nth(number) : s3.on(from);
        way.happensAt(occasion);

        WordPress.Answer answer = wordPress.upload("faulty.jpg", "image/jpeg", photo());

        int met = occasion.met();
        s3.reset();
        awaitWritable();
        if (answer.status() == 201) {
            assertWhole(answer);
            assertThat(wordPress.delete(answer.id()).status()).as(what).isEqualTo(200);
        } else {
            assertThat(answer.status()).as(what).isGreaterThanOrEqualTo(400);
            assertThat(answer.json().path("message").asString()).as(what).contains("could not be stored");
        }
        assertThat(met).as(what).isPositive();
        assertThat(found("faulty")).as(what).isEmpty();
        removeLeft(keysBefore);
    }

    private void assertWhole(WordPress.Answer answer) throws Exception {
        assertThat(bucket.bytes(BucketView.key(answer.urls().getFirst()))).isEqualTo(photo());
        JsonNode sizes = answer.json().at("/media_details/sizes");
        for (JsonNode size : sizes) {
            String url = size.path("source_url").asString();
            byte[] bytes = bucket.bytes(BucketView.key(url));
            assertThat(wordPress.get(url).body()).as(url).isEqualTo(bytes);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
            assertThat(image).as(url).isNotNull();
            assertThat(image.getWidth()).as(url).isEqualTo(size.path("width").asInt());
        }
    }

    private JsonNode found(String search) throws Exception {
        return wordPress.ask("/wp/v2/media?search=" + search).json();
    }

    /// Objects that a failed upload has left; WordPress names none of them.
    private void removeLeft(Set<String> keysBefore) throws Exception {
        for (String key : bucket.keysSince(keysBefore)) {
            bucket.delete(key);
        }
    }

    /// Waits until the server has noticed that S3 answers again: until then, its edge and its agent refuse at once.
    private void awaitWritable() throws Exception {
        Eventually.await("uploads work again", () -> {
            WordPress.Answer answer = wordPress.upload("probe.txt", "text/plain", new byte[] {'x'});
            return answer.status() == 201 && wordPress.delete(answer.id()).status() == 200;
        });
    }

    private static byte[] photo() throws IOException {
        return Photo.jpeg(1200, 800, 7);
    }
}
