package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Failures of S3: kinds, retries, lost answers, and a store that is down or silent.
final class BucketFailuresTest extends BucketFixture {

    @Test
    void oneFailureOfOneKeyDoesNotDeclareTheStoreDown() throws Exception {
        s3.on(request -> request.key().equals(CAT.value())).answer(500);

        assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        assertThat(s3.count("HeadObject")).isEqualTo(Store.MAX_ATTEMPTS);
        Eventually.await("the store is probed", () -> s3.count("HeadBucket") > 0);

        assertThat(bucket.head(ObjectKey.of("other"), Duration.ZERO)).isEmpty();
        assertThat(bucket.writeProblem()).isEmpty();
    }

    @Test
    void storeThatIsDownFailsAtOnceAndRecoversByItself() throws Exception {
        write(CAT, "meow");
        s3.goDown();
        assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        Eventually.await("the store is down", () -> bucket.writeProblem().isPresent());

        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(text(bucket.read(CAT, null, null, HOUR))).as("what is held").isEqualTo("meow");

        s3.comeUp();
        Eventually.await("the store is up", () -> bucket.writeProblem().isEmpty());
        assertThat(bucket.head(CAT, Duration.ZERO)).isPresent();
    }

    @Test
    void silentStoreFailsWithinTheTimeLimit() throws Exception {
        Bucket impatient = store.host(Duration.ofSeconds(1));
        s3.onEvery().neverAnswer();

        long begin = System.nanoTime();
        assertKind(Kind.TIMEOUT, () -> impatient.head(CAT, Duration.ZERO));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        Eventually.await("the store is down", () -> impatient.writeProblem().isPresent());
    }

    @Test
    void refusedWriteIsRememberedAndARefusedDeletionIsNot() {
        s3.on("DeleteObject").answer(403);
        assertKind(Kind.DENIED, () -> bucket.delete(CAT));
        assertThat(bucket.writeProblem()).isEmpty();

        s3.on("PutObject").answer(403);
        assertKind(Kind.DENIED, () -> write(CAT, "meow"));
        assertThat(bucket.writeProblem().orElseThrow().kind()).isEqualTo(Kind.DENIED);

        store.clock().advance(WriteDenial.LIMIT);
        assertThat(bucket.writeProblem()).isEmpty();
    }

    @Test
    void writeThatIsRefusedBeforeItHasArrivedIsRefused() throws IOException {
        write(CAT, "meow");
        byte[] large = bytes(12 * MIB);
        Occasion early = s3.on("PutObject").answerEarly(412);

        assertKind(
                Kind.PRECONDITION,
                () -> bucket.put(CAT, new ByteArrayInputStream(large), large.length, "x/y", WriteCondition.ifAbsent()));
        assertKind(
                Kind.PRECONDITION,
                () -> bucket.put(
                        CAT, new ByteArrayInputStream(large), large.length, "x/y", WriteCondition.ifVersion("\"v\"")));
        assertThat(early.met()).isPositive();
        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
    }

    @Test
    void writeOnAConditionWhoseAnswersAreAllLostIsFoundOut() throws IOException {
        Occasion lost = s3.on("PutObject").loseAnswer();

        StoredObject cat = bucket.put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.ifAbsent());

        assertThat(lost.met()).isPositive();
        assertThat(bucket.head(CAT, Duration.ZERO).orElseThrow().etag()).isEqualTo(cat.etag());
    }

    @Test
    void failedWriteForgetsWhatWasKnown() throws IOException {
        write(CAT, "meow");
        s3.on("PutObject").loseAnswer();
        assertKind(Kind.UNAVAILABLE, () -> write(CAT, "purr"));
        s3.reset();

        assertThat(bucket.head(CAT, HOUR)).isPresent();
        assertThatRequests(s3).include("HeadObject", 1);
        assertThat(text(bucket.read(CAT, null, null, HOUR))).isEqualTo("purr");
    }

    @Test
    void errorOfS3BecomesAKindAndALine() throws IOException {
        write(CAT, "meow");
        assertAnswer(403, "AccessDenied", Kind.DENIED);
        assertAnswer(400, "ExpiredToken", Kind.CREDENTIALS);
        assertAnswer(403, "SignatureDoesNotMatch", Kind.CREDENTIALS);
        assertAnswer(404, "NoSuchBucket", Kind.NO_BUCKET);
        assertAnswer(404, "NoSuchKey", Kind.NOT_FOUND);
        assertAnswer(507, "InsufficientStorage", Kind.FULL);
        assertAnswer(400, "InvalidArgument", Kind.INVALID);
        assertAnswer(301, "PermanentRedirect", Kind.UNAVAILABLE);
    }

    private void assertAnswer(int status, String code, Kind kind) {
        Bucket host = store.host();
        s3.calm();
        s3.on("GetObject").answer(status, code);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> host.read(CAT, null, null, Duration.ZERO))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                .withMessageStartingWith("cannot read s3://media/uploads/cat.jpg: S3 answers " + status + " " + code);
    }

    @Test
    void copyThatFailsLateIsAFailure() throws IOException {
        StoredObject cat = write(CAT, "meow");
        s3.on("CopyObject").answerOkWithError("InternalError");

        assertKind(Kind.UNAVAILABLE, () -> bucket.copies().copy(cat, ObjectKey.of("copy.jpg")));
    }
}
