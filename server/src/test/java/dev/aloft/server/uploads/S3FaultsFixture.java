package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Faults of S3, and an edge that caches uploads beside one that does not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3FaultsFixture {

    static final Duration S3_LIMIT = Duration.ofSeconds(2);

    /// The time for which a client may wait: S3's time limit, and an allowance for a busy machine.
    static final Duration LIMIT = S3_LIMIT.plusSeconds(3);

    static final byte[] BYTES = new byte[10 << 20];

    static {
        new Random(5).nextBytes(BYTES);
    }

    enum Fault {
        DOWN,
        SILENT,
        LATE,
        TOO_LATE,
        STALLED,
        STALLED_LATER,
        OVERLOADED,
        FAILING,
        FAILING_ONCE,
        REFUSED,
        EXPIRED,
        CUT_ONCE,
        RESET_ONCE,
        CUT_ALWAYS,
        RESET_ALWAYS,
        CHANGED
    }

    /// Ways to store an upload in the cache.
    enum Kept {
        IN_MEMORY(100_000),
        IN_SLICES((9 << 20) + 777),
        NOT_AT_ALL((3 << 20) + 777);

        private final int length;

        Kept(int length) {
            this.length = length;
        }

        byte[] bytes() {
            return Arrays.copyOf(BYTES, length);
        }

        /// Before the end of the first request to S3, and behind the first slice where there are some.
        private int middle() {
            return Math.min(length / 2, (2 << 20) + 5);
        }
    }

    final SettableTime time = new SettableTime();
    S3Fixture s3;
    Edge keeping;
    Edge passing;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder.resolve("s3"), S3_LIMIT);
        EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, s3.site());
        CacheSettings onDisk = CacheSettings.DEFAULT.withDisk(folder.resolve("cache"), 1 << 30);
        keeping = Edge.start(settings.withCache(onDisk), time);
        passing = Edge.start(settings, time);
    }

    @AfterAll
    void stop() throws IOException {
        keeping.close();
        passing.close();
        s3.close();
    }

    @BeforeEach
    void recover() throws Exception {
        time.pass(Duration.ofMinutes(1)); // so that no outage of before is remembered
        s3.recover();
    }

    /// Lets the fault happen to requests for this upload; to nothing else, so that the store as a whole is well.
    void fall(Fault fault, Kept kept, String name) throws IOException {
        Occasion any = s3.front().on(request -> isFor(name, request));
        Occasion get = s3.front().on(request -> isGet(name, request));
        switch (fault) {
            case DOWN -> s3.front().goDown();
            case SILENT -> any.neverAnswer();
            case LATE -> any.delay(Duration.ofMillis(300));
            case TOO_LATE -> any.delay(Duration.ofSeconds(3));
            case STALLED -> get.stallAnswerAfter(0);
            case STALLED_LATER -> get.stallAnswerAfter(kept.middle());
            case OVERLOADED -> any.answer(503);
            case FAILING -> any.answer(500);
            case FAILING_ONCE -> any.next(1).answer(500);
            case REFUSED -> any.answer(403);
            case EXPIRED -> any.answer(400, "ExpiredToken");
            case CUT_ONCE -> get.next(1).truncateAnswerAfter(kept.middle());
            case RESET_ONCE -> get.next(1).resetAnswerAfter(kept.middle());
            case CUT_ALWAYS -> get.truncateAnswerAfter(1000);
            case RESET_ALWAYS -> get.resetAnswerAfter(1000);
            case CHANGED -> {
                changeBeforeTheSecondGet(kept, name);
                get.next(1).truncateAnswerAfter(kept.middle());
            }
        }
    }

    void changeBeforeTheSecondGet(Kept kept, String name) {
        AtomicInteger gets = new AtomicInteger();
        s3.front()
                .on(request -> {
                    if (isGet(name, request) && gets.incrementAndGet() == 2) {
                        put(name, changed(kept));
                    }
                    return false;
                })
                .delay(Duration.ZERO);
    }

    static byte[] changed(Kept kept) {
        byte[] other = new byte[kept.length];
        Arrays.fill(other, (byte) 'n');
        return other;
    }

    static boolean isGet(String name, S3Request request) {
        return isFor(name, request) && request.method().equals("GET");
    }

    static boolean isFor(String name, S3Request request) {
        return request.key().equals(S3Fixture.key(name).value());
    }

    void put(String name, byte[] bytes) {
        try {
            s3.put(name, "application/octet-stream", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts an upload into the cache, all of it.
    void hold(Kept kept, String name) throws IOException {
        put(name, kept.bytes());
        assertWhole(get(kept, name), kept.bytes());
        s3.front().reset();
    }

    /// Within the time limit.
    Answer get(Kept kept, String name, String... fields) throws IOException {
        long begin = System.nanoTime();
        int port = kept == Kept.NOT_AT_ALL ? passing.port() : keeping.port();
        Answer answer = Answer.to(port, "GET", "/uploads/" + name, fields);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
        return answer;
    }

    static void assertWhole(Answer answer, byte[] bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.whole()).isTrue();
        assertThat(Arrays.equals(answer.body(), bytes)).as("the bytes").isTrue();
    }

    /// Announced as a whole, and seen by every client to be none; as far as it goes it is right.
    static void assertTorn(Answer answer, byte[] bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(bytes.length));
        assertThat(answer.whole()).isFalse();
        int sent = answer.body().length;
        assertThat(Arrays.equals(answer.body(), 0, sent, bytes, 0, sent))
                .as("the bytes")
                .isTrue();
    }

    void assertAsked(String times, String name) {
        String[] bounds = times.split("-", 2);
        long asked = s3.front().requests().stream()
                .filter(request -> isFor(name, request))
                .count();
        assertThat(asked).isBetween(Long.valueOf(bounds[0]), Long.valueOf(bounds[bounds.length - 1]));
    }
}
