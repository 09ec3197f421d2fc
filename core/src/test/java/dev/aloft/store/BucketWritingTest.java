package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.store.TestStore.zeros;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Writes, conditions, extensions and deletions.
final class BucketWritingTest extends BucketFixture {

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
    void encodingOfAnObjectStaysInItsCopiesAndSuccessors() throws IOException {
        ObjectHeaders headers = new ObjectHeaders("text/css", "max-age=60", "gzip");
        StoredObject style = bucket.put(CAT, stream("1f8b"), 4, headers, Map.of(), WriteCondition.always());

        StoredObject described = bucket.replaceMetadata(style, Map.of("by", "tom"));
        bucket.copies().copy(described, ObjectKey.of("copy.css"), WriteCondition.ifAbsent());
        bucket.replace(described, stream("1f8c"));

        for (ObjectKey key : List.of(CAT, ObjectKey.of("copy.css"))) {
            assertThat(ObjectHeaders.of(store.host().head(key, Duration.ZERO).orElseThrow()))
                    .isEqualTo(headers);
        }
    }

    /// S3 gives a copy of an object onto itself another ETag if it is encrypted by a key, or was written in parts.
    @Test
    void newMetadataWhoseAnswerIsLostAreReportedAsDone() throws IOException {
        StoredObject cat = write(CAT, "meow");
        Occasion lost = s3.on("CopyObject").next(1).loseAnswer();
        Occasion refused = s3.on("CopyObject").nth(2).answer(412);

        StoredObject described = bucket.replaceMetadata(cat, Map.of("by", "tom"));

        assertThat(lost.met() + refused.met()).isEqualTo(2);
        assertThatRequests(s3).are("2 CopyObject, 1 HeadObject, 1 PutObject");
        assertThat(described.metadata()).isEqualTo(Map.of("by", "tom"));
        assertThat(store.host().head(CAT, Duration.ZERO).orElseThrow().metadata())
                .isEqualTo(Map.of("by", "tom"));
    }

    @Test
    void newMetadataForAVersionThatAnotherHostReplacesFail() throws IOException {
        StoredObject cat = write(CAT, "meow");
        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());
        s3.on("CopyObject").next(1).answer(503);

        assertKind(Kind.PRECONDITION, () -> bucket.replaceMetadata(cat, Map.of("by", "tom")));
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

    @Test
    void firstPartOfABodyIsNotHeldUntilTheSecondHasCome() throws Exception {
        int writers = 4;
        CountDownLatch rest = new CountDownLatch(1);
        long before = heapBytes();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StoredObject>> uploads = IntStream.range(0, writers)
                    .mapToObj(i -> threads.submit(() -> bucket.put(
                            ObjectKey.of("uploads/" + i),
                            new SequenceInputStream(zeros(ObjectUploads.PART_BYTES), after(rest)),
                            -1,
                            "video/mp4",
                            WriteCondition.always())))
                    .toList();
            try {
                Eventually.await("the first parts arrive", () -> s3.count("UploadPart") == writers);
                Eventually.await(
                        "their bytes are free",
                        () -> heapBytes() - before < (long) writers * ObjectUploads.PART_BYTES / 2);
            } finally {
                rest.countDown();
            }
            for (Future<StoredObject> upload : uploads) {
                assertThat(upload.get().size()).isEqualTo(ObjectUploads.PART_BYTES + 1);
            }
        }
    }

    private static long heapBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// One byte, which comes when the latch opens.
    private static InputStream after(CountDownLatch latch) {
        return new FilterInputStream(zeros(1)) {

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.read(bytes, offset, count);
            }
        };
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
