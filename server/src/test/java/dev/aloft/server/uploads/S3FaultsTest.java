package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.store.StoreFigures;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a visitor gets while S3 is ill: each fault, for each way in which an upload is kept, in each state of the
/// cache. Whatever the row says: what looks whole is whole, nobody waits longer than S3's time limit, and once S3 is
/// well the next request gets the upload.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3FaultsTest {

    private static final Duration S3_LIMIT = Duration.ofSeconds(2);

    /// How long a client may wait: S3's time limit, and something for a busy machine.
    private static final Duration LIMIT = S3_LIMIT.plusSeconds(3);

    /// An upload that nobody holds, by fault: what the client gets, and how often S3 is asked for that. One is small,
    /// one is kept in slices, one is not kept.
    private static final String COLD = """
            DOWN            | 503 0        | 503 0        | 503 0
            SILENT          | 503 1-3      | 503 1-3      | 503 1-3
            LATE            | whole 1      | whole 2      | whole 1
            TOO_LATE        | 503 1-3      | 503 1-3      | 503 1-3
            STALLED         | 503 1        | 503 1-2      | 503 1
            STALLED_LATER   | 503 1        | torn 1-2     | torn 1
            OVERLOADED      | 503 1-3      | 503 1-3      | 503 1-3
            FAILING         | 503 1-3      | 503 1-3      | 503 1-3
            FAILING_ONCE    | whole 2      | whole 3      | whole 2
            REFUSED         | 404 1        | 404 1        | 404 1
            EXPIRED         | 503 1        | 503 1        | 503 1
            CUT_ONCE        | whole 2      | whole 3      | whole 2
            RESET_ONCE      | whole 2      | whole 3      | whole 2
            CUT_ALWAYS      | 503 3        | 503 3-6      | torn 3
            RESET_ALWAYS    | 503 3-9      | 503 3-18     | 503/torn 3-9
            CHANGED         | 503 2        | torn 2       | torn 2
            """;

    /// An upload that is held and whose time is over, so that S3 is asked about it with a HEAD: small, or in slices.
    private static final String STALE = """
            DOWN            | origin-failed 0       | origin-failed 0
            SILENT          | origin-slow 1-3       | origin-slow 1-3
            LATE            | confirmed 1           | confirmed 1
            TOO_LATE        | origin-slow 1-3       | origin-slow 1-3
            STALLED         | confirmed 1           | confirmed 1
            STALLED_LATER   | confirmed 1           | confirmed 1
            OVERLOADED      | origin-\\w+ 1-3       | origin-\\w+ 1-3
            FAILING         | origin-\\w+ 1-3       | origin-\\w+ 1-3
            FAILING_ONCE    | confirmed 2           | confirmed 2
            REFUSED         | origin-failed 1       | origin-failed 1
            EXPIRED         | origin-failed 1       | origin-failed 1
            CUT_ONCE        | confirmed 1           | confirmed 1
            RESET_ONCE      | confirmed 1           | confirmed 1
            CUT_ALWAYS      | confirmed 1           | confirmed 1
            RESET_ALWAYS    | confirmed 1           | confirmed 1
            """;

    private static final byte[] BYTES = new byte[10 << 20];

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

    /// How an upload is kept.
    enum Kept {
        IN_MEMORY(100_000),
        IN_SLICES((9 << 20) + 777),
        NOT_AT_ALL((3 << 20) + 777);

        private final int length;

        Kept(int length) {
            this.length = length;
        }

        private byte[] bytes() {
            return Arrays.copyOf(BYTES, length);
        }

        /// Before the end of the first request to S3, and behind the first slice where there are some.
        private int middle() {
            return Math.min(length / 2, (2 << 20) + 5);
        }
    }

    /// One cell of a table.
    ///
    /// @param expected a status, `whole`, `torn` (which may also be `503/torn`), or what `Cache-Status` says
    /// @param asked how often S3, as in `3` or `1-3`
    record Row(Fault fault, Kept kept, String expected, String asked) {

        static Stream<Row> of(String table, Kept... columns) {
            return table.lines().flatMap(line -> {
                String[] cells = line.strip().split("\\s*\\|\\s*", -1);
                return Stream.of(columns).map(kept -> {
                    String[] words = cells[1 + List.of(columns).indexOf(kept)].split(" ", 2);
                    return new Row(Fault.valueOf(cells[0]), kept, words[0], words[1]);
                });
            });
        }

        private String name() {
            return fault + "-" + kept + ".bin";
        }
    }

    private final SettableTime time = new SettableTime();
    private S3Fixture s3;
    private Edge keeping;
    private Edge passing;

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
        s3.front().comeUp();
        s3.front().calm();
        while (s3.bucket().trouble().isPresent()) {
            Thread.sleep(10); // until the store is known to answer again
        }
        time.pass(Duration.ofMinutes(1)); // so that no outage of before is remembered
        s3.front().reset();
    }

    static Stream<Row> cold() {
        return Row.of(COLD, Kept.IN_MEMORY, Kept.IN_SLICES, Kept.NOT_AT_ALL);
    }

    static Stream<Row> stale() {
        return Row.of(STALE, Kept.IN_MEMORY, Kept.IN_SLICES);
    }

    @ParameterizedTest
    @MethodSource("cold")
    void whatIsNotHeld(Row row) throws Exception {
        String name = "cold-" + row.name();
        put(name, row.kept().bytes());
        fall(row.fault(), row.kept(), name);

        Answer answer = get(row.kept(), name);

        if (row.expected().contains("torn") && answer.status() == 200) {
            assertTorn(answer, row.kept().bytes());
        } else if (row.expected().equals("whole")) {
            assertWhole(answer, row.kept().bytes());
            assertThat(answer.header("cache-status"))
                    .isEqualTo(
                            "aloft; fwd=uri-miss; fwd-status=200" + (row.kept() == Kept.NOT_AT_ALL ? "" : "; stored"));
        } else {
            assertThat(String.valueOf(answer.status()))
                    .isIn((Object[]) row.expected().split("/", 2));
            assertThat(answer.whole()).isTrue();
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("retry-after")).isEqualTo(answer.status() == 503 ? "5" : "(no retry-after)");
            assertThat(answer.text()).doesNotContain("s3", "media", "shop");
        }
        assertAsked(row.asked(), name);
        recover();
        byte[] now =
                row.fault() == Fault.CHANGED ? changed(row.kept()) : row.kept().bytes();
        assertWhole(get(row.kept(), name), now);
    }

    @ParameterizedTest
    @MethodSource("stale")
    void whatIsHeldAndWhoseTimeIsOver(Row row) throws Exception {
        String name = "stale-" + row.name();
        hold(row.kept(), name);
        time.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        fall(row.fault(), row.kept(), name);

        Answer answer = get(row.kept(), name);

        assertWhole(answer, row.kept().bytes());
        assertThat(answer.header("cache-status"))
                .matches(
                        row.expected().equals("confirmed")
                                ? "aloft; fwd=stale; fwd-status=304; stored"
                                : "aloft; hit; ttl=-\\d+; detail=" + row.expected());
        assertAsked(row.asked(), name);
        recover();
        assertWhole(get(row.kept(), name), row.kept().bytes());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFreshNeedsNoS3(Fault fault) throws Exception {
        for (Kept kept : List.of(Kept.IN_MEMORY, Kept.IN_SLICES)) {
            String name = "fresh-" + fault + kept + ".bin";
            hold(kept, name);
            fall(fault, kept, name);
            Answer answer = get(kept, name);
            assertWhole(answer, kept.bytes());
            assertThat(answer.header("cache-status")).matches("aloft; hit; ttl=\\d+");
            assertAsked("0", name);
            recover();
        }
    }

    /// Of an upload in slices the first are held, and the others must come.
    @ParameterizedTest
    @EnumSource
    void whatIsHeldInPartIsEndedOrBrokenOffAndNeverMixed(Fault fault) throws Exception {
        Kept kept = Kept.IN_SLICES;
        String name = "part-" + fault + ".bin";
        put(name, kept.bytes());
        get(kept, name, "Range: bytes=0-" + ((8 << 20) - 1));
        if (fault == Fault.CHANGED) {
            put(name, changed(kept));
        } else {
            fall(fault, kept, name);
        }
        Answer answer = get(kept, name);
        switch (fault) {
            case LATE, FAILING_ONCE, CUT_ONCE, RESET_ONCE -> assertWhole(answer, kept.bytes());
            default -> {
                assertTorn(answer, kept.bytes());
                assertThat(answer.body().length).as("what is held is sent").isGreaterThanOrEqualTo(8 << 20);
            }
        }
        recover();
        assertWhole(get(kept, name), fault == Fault.CHANGED ? changed(kept) : kept.bytes());
    }

    @Test
    @Timeout(120)
    void faultsLeaveNothingBehind() throws Exception {
        for (Kept kept : Kept.values()) {
            put("again-" + kept, kept.bytes());
        }
        meetFaults(10);
        long heap = heapBytes();
        long descriptors = descriptors();
        meetFaults(50);
        assertThat(heapBytes() - heap).as("growth of the heap").isLessThan(4 << 20);
        assertThat(descriptors() - descriptors).as("more descriptors").isLessThan(20);
        StoreFigures figures = s3.bucket().figures();
        while (figures.reading() + figures.awaiting() > 0) {
            Thread.sleep(10); // until the last fetch that nobody waits for has ended
        }
    }

    private void meetFaults(int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            for (Kept kept : Kept.values()) {
                for (Fault fault : List.of(Fault.REFUSED, Fault.EXPIRED, Fault.CUT_ALWAYS)) {
                    keeping.purgeEverything();
                    fall(fault, kept, "again-" + kept);
                    assertThat(get(kept, "again-" + kept).status()).isIn(200, 404, 503);
                    s3.front().reset();
                }
            }
        }
    }

    /// Without what the front before S3 has written down of every request.
    private long heapBytes() throws Exception {
        recover();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /// Lets the fault happen to requests for this upload; to nothing else, so that the store as a whole is well.
    private void fall(Fault fault, Kept kept, String name) throws IOException {
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

    private void changeBeforeTheSecondGet(Kept kept, String name) {
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

    private static byte[] changed(Kept kept) {
        byte[] other = new byte[kept.length];
        Arrays.fill(other, (byte) 'n');
        return other;
    }

    private static boolean isGet(String name, S3Request request) {
        return isFor(name, request) && request.method().equals("GET");
    }

    private static boolean isFor(String name, S3Request request) {
        return request.key().equals(S3Fixture.key(name).value());
    }

    private void put(String name, byte[] bytes) {
        try {
            s3.put(name, "application/octet-stream", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts an upload into the cache, all of it.
    private void hold(Kept kept, String name) throws IOException {
        put(name, kept.bytes());
        assertWhole(get(kept, name), kept.bytes());
        s3.front().reset();
    }

    /// Within the time limit.
    private Answer get(Kept kept, String name, String... fields) throws IOException {
        long begin = System.nanoTime();
        int port = kept == Kept.NOT_AT_ALL ? passing.port() : keeping.port();
        Answer answer = Answer.to(port, "GET", "/uploads/" + name, fields);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
        return answer;
    }

    private static void assertWhole(Answer answer, byte[] bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.whole()).isTrue();
        assertThat(Arrays.equals(answer.body(), bytes)).as("the bytes").isTrue();
    }

    /// Announced as a whole, and seen by every client to be none; as far as it goes it is right.
    private static void assertTorn(Answer answer, byte[] bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(bytes.length));
        assertThat(answer.whole()).isFalse();
        int sent = answer.body().length;
        assertThat(Arrays.equals(answer.body(), 0, sent, bytes, 0, sent))
                .as("the bytes")
                .isTrue();
    }

    private void assertAsked(String times, String name) {
        String[] bounds = times.split("-", 2);
        long asked = s3.front().requests().stream()
                .filter(request -> isFor(name, request))
                .count();
        assertThat(asked).isBetween(Long.valueOf(bounds[0]), Long.valueOf(bounds[bounds.length - 1]));
    }
}
