package dev.aloft.testkit;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Each fault of a front, as the AWS SDK meets it.
final class S3FrontFaultsTest extends S3FrontFixture {

    @Test
    void theNextTwoWritesAreAnswered503AndTheThirdSucceeds() {
        Occasion trouble = front.on("PutObject").next(2).answer(503);
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            patient.putObject(b -> b.bucket(BUCKET).key("busy"), RequestBody.fromString("x"));
        }
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(503, 503, 200);
        assertThat(trouble.met()).isEqualTo(2);
    }

    @Test
    void errorsAreWordedAsS3WordsThem() {
        front.on("GetObject").nth(1).answer(403);
        front.on("GetObject").nth(1).answer(500);
        front.on("GetObject").nth(1).answer(503, "ServiceUnavailable");
        put("worded", "x");

        assertThat(refused(() -> read("worded"))).isEqualTo("403 AccessDenied");
        assertThat(refused(() -> read("worded"))).isEqualTo("500 InternalError");
        assertThat(refused(() -> read("worded"))).isEqualTo("503 ServiceUnavailable");
        assertThat(read("worded")).isEqualTo("x");
    }

    @Test
    void aLargeWriteThatWaitsForContinueIsAnswered503AtOnce() {
        front.on("PutObject").next(1).answer(503);
        assertThat(refused(() ->
                        once.putObject(b -> b.bucket(BUCKET).key("large"), RequestBody.fromBytes(bytes(4_000_000)))))
                .isEqualTo("503 SlowDown");
        S3Request put = front.requests().getFirst();
        assertThat(put.headers()).containsEntry("Expect", "100-continue");
        assertThat(put.bytesIn()).isZero();
    }

    @Test
    void aCopyFailsWithinA200() {
        put("source", "x");
        front.on("CopyObject").answerOkWithError("InternalError");
        assertThatThrownBy(() -> once.copyObject(b -> b.sourceBucket(BUCKET)
                        .sourceKey("source")
                        .destinationBucket(BUCKET)
                        .destinationKey("never")))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("InternalError");
        front.calm();
        assertThat(exists("never")).isFalse();
    }

    @Test
    void aWriteThatIsResetHalfwayLeavesNothing() {
        Occasion trouble = front.on("PutObject").resetRequestAfter(100_000);
        assertThatThrownBy(() ->
                        once.putObject(b -> b.bucket(BUCKET).key("half"), RequestBody.fromBytes(bytes(5_000_000))))
                .isInstanceOf(SdkClientException.class);
        assertThat(trouble.met()).isEqualTo(1);
        assertThat(front.requests().getFirst().bytesIn()).isEqualTo(100_000);
        assertThat(exists("half")).isFalse();
    }

    @Test
    void aDeleteThatIsResetDoesNotReachTheStore() {
        put("stays", "x");
        front.on("DeleteObject").resetRequestAfter(0);
        assertThatThrownBy(() -> once.deleteObject(b -> b.bucket(BUCKET).key("stays")))
                .isInstanceOf(SdkClientException.class);
        assertThat(exists("stays")).isTrue();
    }

    @Test
    void aWriteWhoseAnswerIsLostHasHappened() {
        front.on("PutObject").next(1).loseAnswer();
        assertThatThrownBy(() -> put("done", "x")).isInstanceOf(SdkClientException.class);
        assertThat(front.requests().getFirst().status()).isZero();
        assertThat(read("done")).isEqualTo("x");
    }

    @Test
    void anAnswerIsTruncatedOrReset() {
        once.putObject(b -> b.bucket(BUCKET).key("long"), RequestBody.fromBytes(bytes(300_000)));
        front.on("GetObject").next(1).truncateAnswerAfter(1_000);
        front.on("GetObject").next(1).resetAnswerAfter(2_000);

        assertThatThrownBy(() -> read("long")).isInstanceOf(SdkClientException.class);
        assertThatThrownBy(() -> read("long")).isInstanceOf(SdkClientException.class);
        assertThat(read("long")).hasSizeGreaterThan(100_000);
        assertThat(front.requests()).extracting(S3Request::bytesOut).containsExactly(0L, 1_000L, 2_000L, 300_000L);
    }

    @Test
    void delaysAddUpAndLeaveTheAnswerAlone() {
        put("slow", "x");
        front.onEvery().delay(Duration.ofMillis(60));
        front.on("GetObject").delay(Duration.ofMillis(60));
        long start = System.nanoTime();
        assertThat(read("slow")).isEqualTo("x");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }

    @Test
    void anAnswerDrips() {
        once.putObject(b -> b.bucket(BUCKET).key("drip"), RequestBody.fromBytes(bytes(1_000)));
        front.on("GetObject").dripAnswer(100, Duration.ofMillis(15));
        long start = System.nanoTime();
        assertThat(once.getObjectAsBytes(b -> b.bucket(BUCKET).key("drip")).asByteArray())
                .isEqualTo(bytes(1_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void anAnswerNeverComes() {
        Occasion trouble = front.on("GetObject").neverAnswer();
        try (S3Client hasty = client(front.endpoint(), 1, Duration.ofMillis(300), true)) {
            assertThatThrownBy(
                            () -> hasty.getObjectAsBytes(b -> b.bucket(BUCKET).key("any")))
                    .isInstanceOf(SdkClientException.class);
        }
        assertThat(trouble.met()).isEqualTo(1);
    }

    @Test
    void aStoreThatIsDownRefusesAndComesBackOnTheSamePort() throws IOException {
        put("before", "x");
        URI endpoint = front.endpoint();
        front.goDown();
        assertThatThrownBy(() -> read("before")).isInstanceOf(SdkClientException.class);
        assertThat(refusesConnections()).isTrue();
        assertThatRequests(front).are("PutObject", 1);

        front.comeUp();
        assertThat(front.endpoint()).isEqualTo(endpoint);
        assertThat(read("before")).isEqualTo("x");
    }

    @Test
    void aStoreThatFlapsIsDownAndUpAtOnce() throws IOException {
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            for (int i = 0; i < 20; i++) {
                patient.putObject(b -> b.bucket(BUCKET).key("flapping"), RequestBody.fromString("x"));
                front.goDown();
                assertThat(refusesConnections()).isTrue();
                front.comeUp();
            }
        }
        assertThatRequests(front).are("PutObject", 20);
    }

    @Test
    void aClientThatIsRefusedForItsClockSetsItRight() {
        front.on("PutObject").next(1).refuseClock(Duration.ofHours(1));
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            patient.putObject(b -> b.bucket(BUCKET).key("clock"), RequestBody.fromString("x"));
        }
        // An hour off for the store, whose own refusal puts the client's clock back.
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(403, 403, 200);
    }

    @Test
    void theDateOfAnAnswerIsShifted() {
        put("dated", "x");
        front.onEvery().shiftDate(Duration.ofMinutes(-30));
        String date = once.headObject(b -> b.bucket(BUCKET).key("dated"))
                .sdkHttpResponse()
                .firstMatchingHeader("Date")
                .orElseThrow();
        Duration behind = Duration.between(ErrorAnswer.moment(date), Instant.now());
        assertThat(behind).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(31));
    }

    @Test
    void theTimeOfAnObjectIsShifted() {
        put("modified", "x");
        Instant before = once.headObject(b -> b.bucket(BUCKET).key("modified")).lastModified();
        front.onEvery().shiftModified(Duration.ofDays(2));
        Instant after = once.headObject(b -> b.bucket(BUCKET).key("modified")).lastModified();
        assertThat(after).isEqualTo(before.plus(Duration.ofDays(2)));
    }

    @Test
    void theNthRequestIsCountedFromWhenItsFaultWasNamed() {
        put("counted", "x");
        Occasion third =
                front.on(request -> request.key().equals("counted")).nth(3).answer(500);
        read("counted");
        put("counted", "y");
        assertThat(refused(() -> read("counted"))).isEqualTo("500 InternalError");
        assertThat(read("counted")).isEqualTo("y");
        assertThat(third.met()).isEqualTo(1);
    }

    private boolean exists(String key) {
        try {
            once.headObject(b -> b.bucket(BUCKET).key(key));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }
}
