package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BlockCacheTest {

    private static final ObjectKey FILM = ObjectKey.of("film.mp4");
    private static final int BLOCK = BlockCache.BLOCK_BYTES;
    private static final int SIZE = BodyCache.MAX_OBJECT_BYTES + 5 * BLOCK + 17;

    @TempDir
    Path data;

    private final byte[] film = new byte[SIZE];
    private TestStore store;
    private S3Front s3;
    private Bucket bucket;
    private StoredObject version;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(film);
        store = TestStore.start(data);
        s3 = store.front();
        version = write(film);
        bucket = store.host();
        bucket.head(FILM, Duration.ZERO);
        s3.reset();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private StoredObject write(byte[] bytes) throws IOException {
        return store.host()
                .put(FILM, new ByteArrayInputStream(bytes), bytes.length, "video/mp4", WriteCondition.always());
    }

    private void requireRead(long first, long last) throws IOException {
        try (ObjectContent part = bucket.read(FILM, ByteRange.of(first, last), version.etag(), Duration.ZERO)) {
            int end = (int) Math.min(last, SIZE - 1) + 1;
            assertThat(part.body().readAllBytes()).isEqualTo(Arrays.copyOfRange(film, (int) first, end));
            assertThat(part.range()).isEqualTo(ByteRange.of(first, end - 1));
        }
    }

    private List<String> fetched() {
        List<String> ranges =
                s3.requests().stream().map(r -> r.headers().get("range")).toList();
        s3.reset();
        return ranges;
    }

    @Test
    void rangeIsFetchedInWholeBlocksAndOnce() throws IOException {
        requireRead(BLOCK + 5, BLOCK + 9);
        assertThat(fetched()).containsExactly("bytes=" + BLOCK + "-" + (2 * BLOCK - 1));

        requireRead(BLOCK, 2 * BLOCK - 1);
        assertThat(fetched()).isEmpty();
    }

    @Test
    void onlyWhatLiesBetweenTheBlocksThatAreHeldIsFetched() throws IOException {
        requireRead(0, 0);
        requireRead(3L * BLOCK, 3L * BLOCK);
        fetched();

        requireRead(1, 3L * BLOCK + 1);
        assertThat(fetched()).containsExactly("bytes=" + BLOCK + "-" + (3 * BLOCK - 1));
    }

    @Test
    void lastBlockIsShort() throws IOException {
        requireRead(SIZE - 3, SIZE + 100);
        requireRead(SIZE - 17, SIZE - 1);
        assertThat(fetched()).containsExactly("bytes=" + (SIZE - 17) + "-" + (SIZE - 1));
    }

    @Test
    void longRangeIsNotHeld() throws IOException {
        requireRead(5, 5 + BlockCache.MAX_READ_BYTES);
        requireRead(5, 5 + BlockCache.MAX_READ_BYTES);
        assertThat(fetched()).hasSize(2);
    }

    @Test
    void readThatBreaksOffIsNotHeld() throws IOException {
        s3.on("GetObject").nth(1).truncateAnswerAfter(1000);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> requireRead(0, 9));
        requireRead(0, 9);
    }

    @Test
    void blocksOfAnotherVersionAreNotGiven() throws IOException {
        requireRead(0, 9);
        byte[] other = film.clone();
        other[0]++;
        StoredObject newer = write(other);
        fetched();

        requireRead(0, 9);
        try (ObjectContent part = bucket.read(FILM, ByteRange.of(0, 0), null, Duration.ZERO)) {
            assertThat(part.body().read()).isEqualTo(other[0] & 0xff);
            assertThat(part.object().etag()).isEqualTo(newer.etag());
        }
        assertThat(fetched()).hasSize(1);
    }
}
