package dev.aloft.store;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Writes from a [ByteSource]: it is read again for each attempt, closed after it, and its failures are not S3's.
final class ByteSourceTest extends BucketFixture {

    private static final int PART = ObjectUploads.PART_BYTES;

    private final AtomicInteger open = new AtomicInteger();

    @Test
    void partsAreReadFromTheirOffsetsAgainAfterAFailure() throws IOException {
        byte[] bytes = bytes(2 * PART + 5);
        s3.on("UploadPart").next(1).answer(503);
        s3.on("UploadPart").next(1).resetRequestAfter(2 * MIB);

        assertWritten(bytes);
        assertThatRequests(s3).are("1 CompleteMultipartUpload, 1 CreateMultipartUpload, 5 UploadPart, 1 GetObject");
    }

    @Test
    void partsOfManySourcesDoNotAllTravelAtOnce() throws Exception {
        s3.on("UploadPart").delay(Duration.ofMillis(300));
        byte[] bytes = bytes(PART + 5);
        AtomicInteger most = new AtomicInteger();
        try (ParallelTasks writers = new ParallelTasks(ObjectUploads.MAX_SOURCE_PARTS)) {
            for (int i = 0; i < ObjectUploads.MAX_SOURCE_PARTS; i++) {
                ObjectKey key = ObjectKey.of("uploads/" + i);
                writers.add(() -> put(
                        key,
                        from -> {
                            most.accumulateAndGet(travelling(), Math::max);
                            return source(bytes, from);
                        },
                        bytes.length));
            }
            writers.finish();
        }
        assertThat(s3.count("UploadPart")).isEqualTo(2 * ObjectUploads.MAX_SOURCE_PARTS);
        assertThat(most.get()).isBetween(2, ObjectUploads.MAX_SOURCE_PARTS);
    }

    /// The number of parts that S3 has not answered yet.
    private int travelling() {
        return (int) s3.requests().stream()
                .filter(request -> request.operation().equals("UploadPart") && request.status() == 0)
                .count();
    }

    @Test
    void oneRequestWritesWhatFitsAPart() throws IOException {
        byte[] bytes = bytes(3 * MIB);
        s3.on("PutObject").next(1).resetRequestAfter(2 * MIB);

        assertWritten(bytes);
        assertWritten(bytes(1000));
        assertWritten(bytes(0));
        assertThatRequests(s3).are("4 PutObject, 3 GetObject");
    }

    @Test
    void amazonsChecksumsAreThoseOfTheSource() throws IOException {
        bucket = store.host(Provider.AWS);

        assertWritten(bytes(PART + 5));
    }

    @Test
    void sourceThatEndsEarlyOrFailsIsNotWritten() throws IOException {
        for (int length : new int[] {1000, MIB, 2 * PART}) {
            assertKind(Kind.INVALID, () -> put(from -> source(bytes(length), from), length + 1L));
            assertThatExceptionOfType(NoSuchFileException.class)
                    .isThrownBy(() -> put(
                            _ -> {
                                throw new NoSuchFileException("cat.jpg");
                            },
                            length));
        }
        assertThat(open).hasValue(0);
        assertThat(bucket.head(CAT, Duration.ZERO)).isEmpty();
        assertThat(s3.count("AbortMultipartUpload")).isEqualTo(2);
        assertThat(s3.requests()).noneMatch(request -> request.operation().equals("CompleteMultipartUpload"));
    }

    @Test
    void slowBodyMayTakeLongerThanTheTimeLimitAndASilentStoreMayNot() throws IOException {
        bucket = store.host(SECOND);
        byte[] bytes = bytes(MIB);
        AtomicInteger pieces = new AtomicInteger();

        StoredObject written = put(from -> new Slow(source(bytes, from), pieces), bytes.length);
        assertThat(written.size()).isEqualTo(bytes.length);
        assertThat(pieces.get() * Slow.PAUSE.toMillis()).isGreaterThan(SECOND.toMillis());

        s3.on("PutObject").neverAnswer();
        assertKind(Kind.TIMEOUT, () -> put(from -> source(bytes, from), bytes.length));
        assertThat(open).hasValue(0);
    }

    private StoredObject put(ByteSource source, long length) throws IOException {
        return put(CAT, source, length);
    }

    private StoredObject put(ObjectKey key, ByteSource source, long length) throws IOException {
        return bucket.put(key, source, length, ObjectHeaders.ofType("image/jpeg"), Map.of(), WriteCondition.always());
    }

    private void assertWritten(byte[] bytes) throws IOException {
        put(from -> source(bytes, from), bytes.length);
        assertThat(open).as("open readings").hasValue(0);
        try (ObjectContent content =
                store.host().get(CAT, null, ReadCondition.any()).orElseThrow()) {
            assertThat(content.body().readAllBytes()).isEqualTo(bytes);
        }
    }

    private InputStream source(byte[] bytes, long from) {
        open.incrementAndGet();
        return new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from) {
            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    /// A line that takes a piece of a body every moment.
    private static final class Slow extends FilterInputStream {

        static final Duration PAUSE = Duration.ofMillis(50);
        private static final int PIECE_BYTES = 32 << 10;

        private final AtomicInteger pieces;

        Slow(InputStream in, AtomicInteger pieces) {
            super(in);
            this.pieces = pieces;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            pieces.incrementAndGet();
            return super.read(target, offset, Math.min(count, PIECE_BYTES));
        }
    }
}
