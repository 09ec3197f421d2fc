package dev.aloft.server.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class CompressorTest {

    @Test
    void withoutTheLibrariesThereIsGzipOnly() throws Exception {
        try (Compressor compressor = new Compressor("libnone.so.1", "libc.so.6")) {
            assertThat(compressor.codings()).containsExactly(ContentCoding.GZIP);
            assertThat(size(compressor, ContentCoding.GZIP, new byte[10_000])).isBetween(20, 100);
        }
    }

    @Test
    void aResultIsNeverAsLargeAsItsOriginal() throws Exception {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        try (Compressor compressor = new Compressor()) {
            for (ContentCoding coding : compressor.codings()) {
                assertThat(size(compressor, coding, noise)).as(coding.token()).isZero();
                assertThat(compressor.done().get(coding)).isEqualTo(new Compressor.Done(0, 1, 0, 0));
            }
        }
    }

    @Test
    void bytesOutsideTheHeapAreCompressedToo() throws Exception {
        try (Compressor compressor = new Compressor()) {
            for (ContentCoding coding : compressor.codings()) {
                ByteBuffer outside = ByteBuffer.allocateDirect(50_000);
                Integer size = Objects.requireNonNull(
                                compressor.compress(coding, outside, result -> result.orElseThrow().length))
                        .get();
                assertThat(size).as(coding.token()).isLessThan(500);
            }
        }
    }

    @Test
    void onlySoManyBodiesWait() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Compressor compressor = new Compressor()) {
            List<Future<Boolean>> accepted = new ArrayList<>();
            for (int i = 0; i < Compressor.MAX_THREADS + Compressor.MAX_WAITING; i++) {
                assertThat(compressor.isBusy()).isEqualTo(i > Compressor.MAX_THREADS + Compressor.BUSY_FROM);
                accepted.add(Objects.requireNonNull(held(compressor, end)));
            }
            assertThat(held(compressor, end)).isNull();
            end.countDown();
            for (Future<Boolean> each : accepted) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    private static @Nullable Future<Boolean> held(Compressor compressor, CountDownLatch end) {
        return compressor.compress(ContentCoding.GZIP, ByteBuffer.allocate(2000), result -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return result.isPresent();
        });
    }

    /// The size of the result; 0 without one.
    private static int size(Compressor compressor, ContentCoding coding, byte[] bytes) throws Exception {
        Future<Optional<byte[]>> made =
                Objects.requireNonNull(compressor.compress(coding, ByteBuffer.wrap(bytes), result -> result));
        return made.get().map(result -> result.length).orElse(0);
    }
}
