package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BucketTest {

    private static final ObjectKey CAT = ObjectKey.of("uploads/cat.jpg");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MIB = 1 << 20;

    @TempDir
    Path data;

    private TestStore store;
    private S3Front s3;
    private Bucket bucket;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        s3 = store.front();
        bucket = store.host();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void objectIsReadAsItWasWritten() throws IOException {
        StoredObject written = write(CAT, "meow");

        assertThat(written.size()).isEqualTo(4);
        assertThat(text(store.host().read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        StoredObject seen = store.host().head(CAT, Duration.ZERO).orElseThrow();
        assertThat(seen.etag()).isEqualTo(written.etag());
        assertThat(seen.type()).contains("image/jpeg");
        assertThat(Duration.between(written.modified(), seen.modified()).abs()).isLessThanOrEqualTo(SECOND);
    }

    @Test
    void writtenObjectIsLookedUpAndReadWithoutARequest() throws IOException {
        write(CAT, "meow");
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThat(bucket.hasKeysUnder("uploads/", SECOND)).isTrue();
        assertThat(text(bucket.read(CAT, null, null, SECOND))).isEqualTo("meow");
        assertThat(text(bucket.read(CAT, ByteRange.of(1, 2), null, SECOND))).isEqualTo("eo");
        assertThatRequests(s3).areNone();
    }

    @Test
    void deletedObjectIsKnownToBeMissingWithoutARequest() throws IOException {
        write(CAT, "meow");
        bucket.delete(CAT);
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        assertThatRequests(s3).areNone();
        assertThat(bucket.hasKeysUnder("uploads/", SECOND)).isFalse();
        assertThatRequests(s3).are("1 ListObjectsV2");
    }

    @Test
    void lookUpIsOneHeadForAsLongAsItsAnswerIsYoungEnough() throws IOException {
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isPresent();
        store.clock().advance(SECOND.minusMillis(1));
        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThatRequests(s3).are("1 HeadObject");

        store.clock().advance(Duration.ofMillis(1));
        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThatRequests(s3).are("2 HeadObject");
    }

    @Test
    void changeOfAnotherHostIsSeenWhenTheAnswerIsTooOld() throws IOException {
        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());

        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        store.clock().advance(SECOND);
        assertThat(bucket.head(CAT, SECOND)).isPresent();
    }

    @Test
    void readAsksForTheNewestVersionAndFetchesOnlyANewOne() throws IOException {
        write(CAT, "meow");
        s3.reset();

        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        assertThatRequests(s3).are("1 GetObject");
        assertThat(s3.requests().getFirst().status()).isEqualTo(304);

        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());
        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("purr");
    }

    @Test
    void smallObjectIsFetchedOnceHoweverItIsRead() throws IOException {
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(text(bucket.read(CAT, ByteRange.of(0, 1), null, SECOND))).isEqualTo("me");
        assertThat(text(bucket.read(CAT, ByteRange.suffix(2), null, SECOND))).isEqualTo("ow");
        assertThat(text(bucket.read(CAT, null, null, SECOND))).isEqualTo("meow");
        assertThatRequests(s3).are("1 GetObject");
    }

    @Test
    void endOfALargeObjectIsOneSmallRange() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        store.host()
                .put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        s3.reset();

        try (ObjectContent end = bucket.read(film, ByteRange.suffix(10), null, Duration.ZERO)) {
            assertThat(end.body().readAllBytes()).isEqualTo(bytes(20 * MIB, 20 * MIB - 10));
            assertThat(end.object().size()).isEqualTo(20 * MIB);
        }
        assertThatRequests(s3).are("1 GetObject");
        assertThat(s3.requests().getFirst().bytesOut()).isEqualTo(10);
    }

    @Test
    void beginningOfAnObjectKnownToBeLargeIsOneSmallRange() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        bucket.put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        s3.reset();

        try (ObjectContent start = bucket.read(film, ByteRange.of(0, 9), null, Duration.ZERO)) {
            assertThat(start.body().readAllBytes()).hasSize(10);
        }
        assertThat(s3.requests().getFirst().bytesOut()).isEqualTo(10);
    }

    @Test
    void pinnedReadOfAVersionThatWasReplacedFails() throws IOException {
        StoredObject old = write(CAT, "meow");
        write(CAT, "purr");

        assertKind(Kind.PRECONDITION, () -> store.host().read(CAT, null, old.etag(), Duration.ZERO));
        assertKind(Kind.PRECONDITION, () -> bucket.read(CAT, null, old.etag(), Duration.ZERO));
    }

    @Test
    void pinnedReadIsServedFromWhatIsHeldWhateverOtherHostsDo() throws IOException {
        StoredObject old = write(CAT, "meow");
        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(text(bucket.read(CAT, ByteRange.of(2, 3), old.etag(), Duration.ZERO)))
                .isEqualTo("ow");
        assertThatRequests(s3).areNone();
    }

    @Test
    void emptyObjectHasNoRange() throws IOException {
        write(CAT, "");

        for (Bucket host : List.of(bucket, store.host())) {
            assertThat(text(host.read(CAT, null, null, Duration.ZERO))).isEmpty();
            assertKind(Kind.RANGE, () -> host.read(CAT, ByteRange.of(0, 9), null, Duration.ZERO));
            assertKind(Kind.RANGE, () -> host.read(CAT, ByteRange.suffix(9), null, Duration.ZERO));
        }
    }

    @Test
    void readThatBreaksInTheMiddleIsAnErrorAndNotAShorterObject() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        store.host()
                .put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        write(CAT, "m".repeat(100_000));

        s3.on("GetObject").next(1).truncateAnswerAfter(MIB);
        assertBreaks(film);
        s3.on("GetObject").next(1).resetAnswerAfter(MIB);
        assertBreaks(film);
        s3.on("GetObject").next(1).truncateAnswerAfter(1000);
        assertKind(Kind.UNAVAILABLE, () -> store.host().read(CAT, null, null, Duration.ZERO));
    }

    private void assertBreaks(ObjectKey film) throws IOException {
        try (ObjectContent content = bucket.read(film, null, null, Duration.ZERO)) {
            assertKind(Kind.UNAVAILABLE, () -> content.body().transferTo(OutputStream.nullOutputStream()));
        }
    }

    @Test
    void readersThatLeaveEarlyLeaveNoConnectionBehind() throws IOException {
        write(CAT, "m".repeat(3 * MIB));
        for (int i = 0; i < Store.MAX_CONNECTIONS + 10; i++) {
            try (ObjectContent content =
                    bucket.get(CAT, null, ReadCondition.any()).orElseThrow()) {
                assertThat(content.body().read()).isEqualTo('m');
            }
        }
        assertThat(bucket.head(CAT, Duration.ZERO)).isPresent();
    }

    @Test
    void ofEightWritersOfANewObjectOneWins() throws Exception {
        List<Bucket> hosts = IntStream.range(0, 8).mapToObj(_ -> store.host()).toList();
        List<StoredObject> winners = new ArrayList<>();
        List<Callable<Optional<StoredObject>>> writers = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            Bucket host = hosts.get(i);
            String text = "writer " + i;
            writers.add(() -> {
                try {
                    return Optional.of(host.put(CAT, stream(text), -1, "text/plain", WriteCondition.ifAbsent()));
                } catch (StoreException e) {
                    assertThat(e.kind()).isEqualTo(Kind.PRECONDITION);
                    return Optional.empty();
                }
            });
        }
        for (Optional<StoredObject> won : allAtOnce(writers)) {
            won.ifPresent(winners::add);
        }

        assertThat(winners).hasSize(1);
        assertThat(bucket.head(CAT, Duration.ZERO).orElseThrow().etag())
                .isEqualTo(winners.getFirst().etag());
    }

    @Test
    void writeOverAVersionThatIsNotThereAnyMoreFails() throws IOException {
        StoredObject old = write(CAT, "meow");
        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());

        assertKind(Kind.PRECONDITION, () -> bucket.replace(old, stream("hiss")));
        store.host().delete(CAT);
        assertKind(Kind.PRECONDITION, () -> bucket.replace(old, stream("hiss")));
        assertThat(bucket.head(CAT, Duration.ZERO)).isEmpty();
    }

    @Test
    void conditionalWriteWhoseAnswerIsLostIsReportedAsDone() throws IOException {
        Occasion lost = s3.on("PutObject").next(1).loseAnswer();

        StoredObject written = bucket.put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.ifAbsent());

        assertThat(lost.met()).isEqualTo(1);
        assertThatRequests(s3).are("2 PutObject, 1 HeadObject");
        assertThat(store.host().head(CAT, Duration.ZERO).orElseThrow().etag()).isEqualTo(written.etag());
    }

    @Test
    void sameBytesOfAnotherHostAreNotTakenForOwnOnes() throws IOException {
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.ifAbsent());
        s3.on("PutObject").next(1).answer(503);

        assertKind(
                Kind.PRECONDITION, () -> bucket.put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.ifAbsent()));
    }

    @Test
    void writeInPartsWhoseLastAnswerIsLostIsReportedAsDone() throws IOException {
        Occasion lost = s3.on("CompleteMultipartUpload").next(1).loseAnswer();

        StoredObject written =
                bucket.put(CAT, stream("m".repeat(17 * MIB)), -1, "image/jpeg", WriteCondition.ifAbsent());

        assertThat(lost.met()).isEqualTo(1);
        assertThat(store.host().head(CAT, Duration.ZERO).orElseThrow().etag()).isEqualTo(written.etag());
        assertThatRequests(s3).include("AbortMultipartUpload", 0);
    }

    @Test
    void conflictThatPassesIsWaitedOut() throws IOException {
        s3.on("PutObject").next(1).answer(409, "ConditionalRequestConflict");

        bucket.put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.ifAbsent());

        assertThatRequests(s3).include("PutObject", 2);
    }

    @Test
    void largeObjectIsWrittenInPartsAndNoneIsLeftWhenThatFails() throws IOException {
        s3.on("UploadPart").nth(2).answer(403);

        assertKind(
                Kind.DENIED,
                () -> bucket.put(
                        CAT, new ByteArrayInputStream(bytes(40 * MIB)), 40 * MIB, "x/y", WriteCondition.always()));

        assertThatRequests(s3).include("CreateMultipartUpload", 1).include("AbortMultipartUpload", 1);
        assertThat(bucket.head(CAT, Duration.ZERO)).isEmpty();
    }

    @Test
    void twoLargeObjectsAtOnceAreBothWhole() throws Exception {
        List<Callable<StoredObject>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ObjectKey key = ObjectKey.of("film" + i);
            writers.add(() -> bucket.put(
                    key, new ByteArrayInputStream(bytes(33 * MIB)), -1, "video/mp4", WriteCondition.always()));
        }
        for (StoredObject film : allAtOnce(writers)) {
            try (ObjectContent content = bucket.read(film.key(), null, null, Duration.ZERO)) {
                assertThat(content.body().readAllBytes()).isEqualTo(bytes(33 * MIB));
            }
        }
        assertThatRequests(s3).include("UploadPart", 6).include("PutObject", 0);
    }

    @Test
    void bodyThatEndsEarlyIsNotWritten() throws IOException {
        write(CAT, "meow");

        assertKind(Kind.INVALID, () -> bucket.put(CAT, stream("me"), 4, "image/jpeg", WriteCondition.always()));
        assertKind(
                Kind.INVALID,
                () -> bucket.put(
                        CAT, new ByteArrayInputStream(bytes(17 * MIB)), 18 * MIB, "x/y", WriteCondition.always()));

        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        assertThatRequests(s3).include("AbortMultipartUpload", 1).include("CompleteMultipartUpload", 0);
    }

    @Test
    void bodyThatFailsIsNotWritten() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client left");
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                throw new IOException("the client left");
            }
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> bucket.put(CAT, broken, -1, "image/jpeg", WriteCondition.always()))
                .withMessage("the client left");
        assertThatRequests(s3).areNone();
        assertThat(bucket.writeProblem()).isEmpty();
    }

    @Test
    void extensionMovesTheNewBytesOnly() throws IOException {
        byte[] start = bytes(20 * MIB);
        StoredObject head =
                bucket.put(CAT, new ByteArrayInputStream(start), start.length, "x/y", WriteCondition.always());
        s3.reset();

        StoredObject longer = bucket.extend(head, stream("tail"));

        assertThat(longer.size()).isEqualTo(start.length + 4);
        assertThat(s3.requests().stream().mapToLong(S3Request::bytesIn).sum()).isLessThan(10_000);
        assertThat(s3.requests().stream().mapToLong(S3Request::bytesOut).sum()).isLessThan(10_000);
        assertThat(text(store.host().read(CAT, ByteRange.suffix(4), null, Duration.ZERO)))
                .isEqualTo("tail");
    }

    @Test
    void extensionOfAVersionThatWasReplacedLeavesTheNewOne() throws IOException {
        StoredObject head = bucket.put(CAT, stream("m".repeat(6 * MIB)), -1, "x/y", WriteCondition.always());
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());

        assertKind(Kind.PRECONDITION, () -> bucket.extend(head, stream("tail")));

        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        assertThatRequests(s3).include("AbortMultipartUpload", 1);
    }

    private static InputStream zeros(int size) {
        return new InputStream() {
            private int left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) {
                int n = Math.min(count, left);
                left -= n;
                return n == 0 && count > 0 ? -1 : n;
            }
        };
    }

    @Test
    void copyOfALargeObjectGoesInPartsSideBySideAndKeepsWhatItsWriterSaid() throws IOException {
        int size = (int) ObjectUploads.MAX_COPY_BYTES + 1;
        ObjectHeaders headers = new ObjectHeaders("video/mp4", "max-age=60");
        StoredObject source =
                bucket.put(CAT, zeros(size), size, headers, Map.of("title", "A cat"), WriteCondition.always());
        s3.reset();

        ObjectKey target = ObjectKey.of("copy.mp4");
        bucket.copy(source, target);

        assertThatRequests(s3).are("3 UploadPartCopy, 1 CreateMultipartUpload, 1 CompleteMultipartUpload");
        assertThat(s3.requests())
                .filteredOn(r -> r.operation().equals("UploadPartCopy"))
                .allSatisfy(r -> assertThat(r.conditions()).containsKey("x-amz-copy-source-if-match"));
        StoredObject copy = store.host().head(target, Duration.ZERO).orElseThrow();
        assertThat(copy.size()).isEqualTo(size);
        assertThat(copy.contentType()).isEqualTo("video/mp4");
        assertThat(copy.cacheControl()).isEqualTo("max-age=60");
        assertThat(copy.metadata()).containsEntry("title", "A cat");

        s3.reset();
        s3.on("UploadPartCopy").nth(2).answer(403);
        assertKind(Kind.DENIED, () -> bucket.copy(source, ObjectKey.of("second.mp4")));
        assertThatRequests(s3).include("AbortMultipartUpload", 1).include("CompleteMultipartUpload", 0);
        assertThat(bucket.head(ObjectKey.of("second.mp4"), Duration.ZERO)).isEmpty();
    }

    @Test
    void partsThatAreCopiedAreOfOneSizeAndCoverTheObject() {
        long size = (5L << 30) + 1;

        List<ByteRange> parts = ObjectUploads.copiedParts(size);

        assertThat(parts).hasSize(41);
        assertThat(ObjectUploads.copiedParts(5L << 40)).hasSizeLessThan(ObjectUploads.MAX_PARTS);
        assertThat(ObjectUploads.copiedParts(6 * MIB)).hasSize(1);
        assertThat(parts.getFirst().first()).isZero();
        for (int i = 1; i < parts.size(); i++) {
            assertThat(parts.get(i).first()).isEqualTo(parts.get(i - 1).last() + 1);
        }
        assertThat(parts.getLast().last()).isEqualTo(size - 1);
        assertThat(parts).allMatch(part -> part.length() >= ObjectUploads.MIN_PART_BYTES);
    }

    @Test
    void manyObjectsAreDeletedInOneRequestAndMissingOnesCountAsDeleted() throws IOException {
        List<ObjectKey> keys =
                IntStream.range(0, 20).mapToObj(i -> ObjectKey.of("k" + i)).toList();
        for (ObjectKey key : keys.subList(0, 10)) {
            write(key, "x");
        }
        s3.reset();

        List<ObjectKey> twice = new ArrayList<>(keys);
        twice.addAll(keys);
        DeleteReport report = bucket.deleteAll(twice);

        assertThat(report.deleted()).isEqualTo(20);
        assertThat(report.failures()).isEmpty();
        assertThatRequests(s3).are("1 DeleteObjects");
        assertThat(bucket.head(keys.getFirst(), SECOND)).isEmpty();
        assertThatRequests(s3).are("1 DeleteObjects");
    }

    @Test
    void oneFailureOfOneKeyDoesNotDeclareTheStoreDown() throws IOException {
        s3.on(request -> request.key().equals(CAT.value())).answer(500);

        assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        assertThat(s3.count("HeadObject")).isEqualTo(Store.MAX_ATTEMPTS);
        while (s3.count("HeadBucket") == 0) {
            Thread.onSpinWait();
        }

        assertThat(bucket.head(ObjectKey.of("other"), Duration.ZERO)).isEmpty();
        assertThat(bucket.writeProblem()).isEmpty();
    }

    @Test
    void storeThatIsDownFailsAtOnceAndRecoversByItself() throws IOException {
        write(CAT, "meow");
        s3.goDown();
        assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        while (bucket.writeProblem().isEmpty()) {
            Thread.onSpinWait();
        }

        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertKind(Kind.UNAVAILABLE, () -> bucket.head(CAT, Duration.ZERO));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(text(bucket.read(CAT, null, null, HOUR))).as("what is held").isEqualTo("meow");

        s3.comeUp();
        while (bucket.writeProblem().isPresent()) {
            Thread.onSpinWait();
        }
        assertThat(bucket.head(CAT, Duration.ZERO)).isPresent();
    }

    @Test
    void silentStoreFailsWithinTheTimeLimit() {
        Bucket impatient = store.host(Duration.ofSeconds(1));
        s3.onEvery().neverAnswer();

        long begin = System.nanoTime();
        assertKind(Kind.TIMEOUT, () -> impatient.head(CAT, Duration.ZERO));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        while (impatient.writeProblem().isEmpty()) {
            Thread.onSpinWait();
        }
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

        assertKind(Kind.UNAVAILABLE, () -> bucket.copy(cat, ObjectKey.of("copy.jpg")));
    }

    @Test
    void listingGoesPageByPage() throws IOException {
        for (String key : List.of("a/1", "a/2", "b", "c")) {
            write(ObjectKey.of(key), "x");
        }
        Page first = bucket.list(ListQuery.directory("").withLimit(2));
        Page second = bucket.list(ListQuery.directory("").withLimit(2).after(first.next()));

        assertThat(first.prefixes()).containsExactly("a/");
        assertThat(first.objects()).extracting(o -> o.key().value()).containsExactly("b");
        assertThat(second.objects()).extracting(o -> o.key().value()).containsExactly("c");
        assertThat(second.nextToken()).isEmpty();
    }

    @Test
    void amazonsSettingsWriteInPartsWithChecksums() throws IOException {
        Bucket aws =
                store.host(new StoreSettings(Provider.AWS, s3.endpoint(), "us-east-1", true, Duration.ofSeconds(20)));

        StoredObject written =
                aws.put(CAT, new ByteArrayInputStream(bytes(17 * MIB)), -1, "x/y", WriteCondition.always());
        aws.extend(written, stream("tail"));
        aws.put(ObjectKey.of("small"), stream("x"), 1, "x/y", WriteCondition.ifAbsent());

        assertThat(text(aws.read(CAT, ByteRange.suffix(4), null, Duration.ZERO)))
                .isEqualTo("tail");
    }

    private StoredObject write(ObjectKey key, String text) throws IOException {
        return bucket.put(key, stream(text), text.length(), "image/jpeg", WriteCondition.always());
    }

    private static String text(ObjectContent content) throws IOException {
        try (content) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    /// So many bytes that are unlike their neighbours, the same each time.
    private static byte[] bytes(int count) {
        return bytes(count, 0);
    }

    private static byte[] bytes(int end, int from) {
        byte[] bytes = new byte[end - from];
        for (int i = 0; i < bytes.length; i++) {
            int at = from + i;
            bytes[i] = (byte) (at ^ (at >> 8) ^ (at >> 16));
        }
        return bytes;
    }

    private static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    private static <T> List<T> allAtOnce(List<Callable<T>> calls) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
