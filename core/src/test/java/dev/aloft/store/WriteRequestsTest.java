package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Writes, copies and deletions on the wire: signatures of any name, repeated attempts, refused and broken bodies,
/// checksums, and answers that are not S3's.
final class WriteRequestsTest extends BucketFixture {

    private static final ObjectKey TOM = ObjectKey.of("uploads/tom.jpg");

    @Test
    void everyNameIsWrittenCopiedAndDeletedUnderItsSignature() throws IOException {
        for (String name : NASTY_NAMES) {
            StoredObject written = write(ObjectKey.of("from/" + name), "meow");
            StoredObject copy = bucket.copies().copy(written, ObjectKey.of("to/" + name));
            bucket.delete(written);

            assertThat(text(store.host()
                            .get(copy.key(), null, ReadCondition.any())
                            .orElseThrow()))
                    .as(name)
                    .isEqualTo("meow");
            bucket.delete(copy.key());
        }
        assertThat(store.host().list(ListQuery.flat("")).objects()).isEmpty();
    }

    @Test
    void failedAttemptIsRepeatedAndCountedOnce() throws IOException {
        s3.on("PutObject").next(1).answer(503);
        s3.on("CopyObject").next(1).answerOkWithError("InternalError");
        s3.on("DeleteObject").next(1).loseAnswer();

        StoredObject cat = write(CAT, "meow");
        StoredObject tom = bucket.copies().copy(cat, TOM);
        bucket.delete(cat.key());

        assertThat(tom.etag()).isEqualTo(cat.etag());
        assertThatRequests(s3).are("2 CopyObject, 2 DeleteObject, 2 PutObject");
        assertThat(bucket.figures().durations())
                .allSatisfy((_, sum) -> assertThat(sum.count()).isEqualTo(1));
        assertThat(bucket.figures().failures()).isEmpty();
        assertThat(bucket.figures().awaiting()).isZero();
    }

    @Test
    void clockIsCorrectedByARefusal() throws IOException {
        Occasion refused = s3.on("PutObject").next(1).refuseClock(Duration.ofHours(2));

        // The second attempt is signed for the time of the refusal; the embedded S3, whose clock is right, refuses
        // that.
        write(CAT, "meow");
        assertThat(refused.met()).isEqualTo(1);
        assertThatRequests(s3).are("3 PutObject");
    }

    @Test
    void refusedLargeBodyIsNotSent() throws IOException {
        s3.on("PutObject").answer(403);

        assertKind(Kind.DENIED, () -> write(CAT, new byte[2 * MIB]));
        assertThat(s3.requests()).extracting(S3Request::bytesIn).containsExactly(0L);
        assertThatRequests(s3).are("1 PutObject");
    }

    @Test
    void bodyWhoseConnectionBreaksIsSentAgainFromItsBeginning() throws IOException {
        byte[] bytes = bytes(3 * MIB);
        s3.on("PutObject").next(1).resetRequestAfter(2 * MIB);
        StoredObject written = write(CAT, bytes);

        assertThat(written.size()).isEqualTo(bytes.length);
        try (ObjectContent content =
                store.host().get(CAT, null, ReadCondition.any()).orElseThrow()) {
            assertThat(content.body().readAllBytes()).isEqualTo(bytes);
        }
        s3.on("PutObject").resetRequestAfter(MIB);
        assertKind(Kind.UNAVAILABLE, () -> write(CAT, bytes));
    }

    @Test
    void answerToACopyThatBreaksIsAskedForAgain() throws IOException {
        StoredObject cat = write(CAT, "meow");
        s3.on("CopyObject").next(1).truncateAnswerAfter(40);

        assertThat(bucket.copies().copy(cat, TOM).etag()).isEqualTo(cat.etag());
        assertThatRequests(s3).are("2 CopyObject, 1 PutObject");
    }

    @Test
    void answersThatAreNotS3sAreRefused() throws IOException {
        StoredObject cat = write(CAT, "meow");
        try (CannedAnswer canned = new CannedAnswer()) {
            Bucket other = canned.bucket(Provider.OTHER);
            canned.answer(200, "", Map.of("ETag", ""));
            assertKind(Kind.BAD_ANSWER, () -> put(other));
            for (String document : new String[] {
                "", "<html>log in first</html>", "<CopyObjectResult/>", "<CopyObjectResult><ETag>", "meow"
            }) {
                canned.answer(200, document, Map.of());
                assertKind(Kind.BAD_ANSWER, () -> other.copies().copy(cat, TOM));
            }
            canned.answer(403, "<html>go away</html>", Map.of());
            assertKind(Kind.DENIED, () -> other.delete(CAT));
            canned.answer(200, "<html>log in first</html>", Map.of());
            assertKind(Kind.BAD_ANSWER, () -> other.delete(CAT));
            canned.answer(200, "", Map.of());
            other.delete(CAT);
            assertThat(other.figures().awaiting()).isZero();
        }
    }

    /// A bucket each, because after such an answer the store counts as down until a probe has reached it.
    @Test
    void answersOfAStoreThatDoesNotWorkAreRefused() throws IOException {
        StoredObject cat = write(CAT, "meow");
        try (CannedAnswer canned = new CannedAnswer()) {
            canned.answer(304, "", Map.of());
            assertKind(Kind.UNAVAILABLE, () -> put(canned.bucket(Provider.OTHER)));
        }
        try (CannedAnswer canned = new CannedAnswer()) {
            canned.answer(200, "<Error><Code>AccessDenied</Code></Error>", Map.of());
            assertKind(
                    Kind.UNAVAILABLE,
                    () -> canned.bucket(Provider.OTHER).copies().copy(cat, TOM));
        }
        for (int status : new int[] {201, 202, 203, 204}) {
            try (CannedAnswer canned = new CannedAnswer()) {
                canned.answer(status, "", Map.of());
                assertKind(Kind.UNAVAILABLE, () -> put(canned.bucket(Provider.OTHER)));
            }
        }
        try (CannedAnswer canned = new CannedAnswer()) {
            canned.answer(202, "", Map.of());
            assertKind(Kind.UNAVAILABLE, () -> canned.bucket(Provider.OTHER).delete(CAT));
        }
    }

    @Test
    void amazonGetsAChecksumBehindTheBodyAndOthersOneOfTheRequest() throws IOException {
        try (CannedAnswer canned = new CannedAnswer()) {
            canned.answer(200, "", Map.of());
            put(canned.bucket(Provider.AWS));
            put(canned.bucket(Provider.CEPH));

            assertThat(canned.received("x-amz-content-sha256"))
                    .containsExactly(
                            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                            "404cdd7bc109c432f8cc2443b45bcfe95980f5107215c645236e577929ac3e52");
            assertThat(canned.received("x-amz-decoded-content-length")).containsExactly("4", "");
            assertThat(canned.bodies().getFirst()).contains("\r\nmeow\r\n").contains("x-amz-checksum-crc32:ihBq/g==");
            assertThat(canned.bodies().getLast()).isEqualTo("meow");
        }
    }

    private static StoredObject put(Bucket target) throws IOException {
        return target.put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());
    }

    private StoredObject write(ObjectKey key, byte[] bytes) throws IOException {
        return bucket.put(key, new ByteArrayInputStream(bytes), bytes.length, "image/jpeg", WriteCondition.always());
    }
}
