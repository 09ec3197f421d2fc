package dev.aloft.store;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Reads on the wire: signatures of any name, repeated attempts, time limits, a wrong clock, and answers that are no
/// object.
final class ReadRequestsTest extends BucketFixture {

    @Test
    void everyNameIsReadLookedUpAndListedUnderItsSignature() throws IOException {
        for (String name : NASTY_NAMES) {
            write(ObjectKey.of("nasty/" + name), "meow");
        }
        Bucket other = store.host();
        for (String name : NASTY_NAMES) {
            ObjectKey key = ObjectKey.of("nasty/" + name);
            assertThat(text(other.get(key, null, ReadCondition.any()).orElseThrow()))
                    .as(name)
                    .isEqualTo("meow");
            assertThat(other.head(key, Duration.ZERO)).as(name).isPresent();
            assertThat(other.list(ListQuery.flat("nasty/" + name)).objects())
                    .extracting(o -> o.key().value())
                    .contains("nasty/" + name);
        }
    }

    @Test
    void readIsRepeatedAndCountedOnce() throws IOException {
        write(CAT, "meow");
        s3.reset();
        s3.on("GetObject").next(1).answer(503);
        s3.on("HeadObject").next(2).loseAnswer();
        s3.on("ListObjectsV2").next(1).truncateAnswerAfter(20);
        Bucket host = store.host();

        assertThat(text(host.get(CAT, null, ReadCondition.any()).orElseThrow())).isEqualTo("meow");
        assertThat(host.head(CAT, Duration.ZERO)).isPresent();
        assertThat(host.list(ListQuery.flat("")).objects()).hasSize(1);

        assertThatRequests(s3).are("2 GetObject, 3 HeadObject, 2 ListObjectsV2");
        assertThat(host.figures().durations())
                .allSatisfy((_, sum) -> assertThat(sum.count()).isEqualTo(1));
        assertThat(host.figures().failures()).isEmpty();
        assertThat(host.figures().awaiting()).isZero();
        assertThat(host.figures().reading()).isZero();
    }

    @Test
    void refusalIsNotRepeated() throws IOException {
        write(CAT, "meow");
        s3.reset();
        s3.on("GetObject").answer(403);
        Bucket host = store.host();

        assertKind(Kind.DENIED, () -> host.get(CAT, null, ReadCondition.any()));
        assertThatRequests(s3).are("1 GetObject");
        assertThat(host.figures().failures()).containsEntry(new StoreFigures.Failed("GetObject", 403), 1L);
        assertThat(host.figures().awaiting()).isZero();
    }

    @Test
    void clockIsCorrectedByARefusal() throws IOException {
        write(CAT, "meow");
        s3.reset();
        Occasion refused = s3.on("GetObject").next(1).refuseClock(Duration.ofHours(2));
        Bucket host = store.host();

        // The second attempt is signed for the time of the refusal; the embedded S3, whose clock is right, refuses
        // that.
        assertThat(text(host.get(CAT, null, ReadCondition.any()).orElseThrow())).isEqualTo("meow");
        assertThat(refused.met()).isEqualTo(1);
        assertThatRequests(s3).are("3 GetObject");
    }

    @Test
    void silentListingAndReadFailAtTheTimeLimit() throws Exception {
        write(CAT, "meow");
        Bucket impatient = store.host(Duration.ofSeconds(1));
        s3.on("ListObjectsV2").stallAnswerAfter(20);
        s3.on("GetObject").neverAnswer();

        assertKind(Kind.TIMEOUT, () -> impatient.list(ListQuery.flat("")));
        Eventually.await("the store is up", () -> impatient.trouble().isEmpty());
        assertKind(Kind.TIMEOUT, () -> impatient.get(CAT, null, ReadCondition.any()));
        assertThat(impatient.figures().reading()).isZero();
    }

    @Test
    void bucketThatIsMissingOrRefusedIsReported() throws IOException {
        bucket.requireReachable();
        s3.on("HeadBucket").next(1).answer(403);
        assertKind(Kind.DENIED, bucket::requireReachable);
        s3.on("HeadBucket").next(1).answer(404);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(bucket::requireReachable)
                .withMessageContaining("no bucket has this name")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_BUCKET));
        assertThatRequests(s3).are("3 HeadBucket");
    }

    @Test
    void openReadOutlivesTheTimeLimitOfItsRequest() throws IOException {
        write(CAT, "m".repeat(3000));
        Bucket impatient = store.host(Duration.ofSeconds(4));
        s3.on("GetObject").dripAnswer(600, Duration.ofSeconds(1));

        assertThat(text(impatient.get(CAT, null, ReadCondition.any()).orElseThrow()))
                .hasSize(3000);
    }

    @Test
    void bytesAreHeldAgainstTheChecksumThatCameWithThem() throws IOException {
        try (CannedAnswer canned = new CannedAnswer()) {
            Bucket aws = canned.bucket(Provider.AWS);
            Bucket ceph = canned.bucket(Provider.CEPH);
            canned.answer(200, "meow", Map.of("x-amz-checksum-crc32", "AAAAAA=="));
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(
                            () -> text(aws.get(CAT, null, ReadCondition.any()).orElseThrow()))
                    .withMessage("cannot read s3://media/uploads/cat.jpg: expected bytes with the checksum AAAAAA==,"
                            + " got ihBq/g==");
            canned.answer(200, "meow", Map.of("x-amz-checksum-crc32", "ihBq/g=="));
            assertThat(text(aws.get(CAT, null, ReadCondition.any()).orElseThrow()))
                    .isEqualTo("meow");
            canned.answer(200, "meow", Map.of("x-amz-checksum-crc32", "AAAAAA==-2"));
            assertThat(text(aws.get(CAT, null, ReadCondition.any()).orElseThrow()))
                    .isEqualTo("meow");
            canned.answer(200, "meow", Map.of());
            assertThat(text(ceph.get(CAT, null, ReadCondition.any()).orElseThrow()))
                    .isEqualTo("meow");
            assertThat(canned.received("x-amz-checksum-mode")).containsExactly("ENABLED", "ENABLED", "ENABLED", "");
        }
    }

    @Test
    void answersThatAreNotS3sAreToldApart() throws IOException {
        try (CannedAnswer canned = new CannedAnswer()) {
            Bucket bucket = canned.bucket(Provider.OTHER);
            canned.answer(403, "<html>go away</html>", Map.of());
            assertKind(Kind.DENIED, () -> bucket.get(CAT, null, ReadCondition.any()));
            canned.answer(200, "<html>log in first</html>", Map.of());
            assertKind(Kind.BAD_ANSWER, () -> bucket.list(ListQuery.flat("")));
            canned.answer(206, "meow", Map.of("Content-Range", "bytes 0-3/*"));
            assertKind(Kind.BAD_ANSWER, () -> bucket.get(CAT, ByteRange.of(0, 3), ReadCondition.any()));
            canned.answer(404, "", Map.of());
            assertThat(bucket.head(CAT, Duration.ZERO)).isEmpty();
            assertThat(bucket.figures().reading()).isZero();
        }
    }
}
