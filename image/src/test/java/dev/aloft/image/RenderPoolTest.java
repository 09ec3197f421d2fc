package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.worker.Specimen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Render pool with a worker process that crashes, hangs and restarts. [WorkerConfinementTest] looks at that process.
@Timeout(60)
final class RenderPoolTest {

    private static final byte[] CAT = Specimen.jpeg(640, 480);

    @Test
    void requestsThatComeTogetherAreMadeOfOneReading() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(6);
        try (RenderPool pool = RenderPool.open(Specimen.POOL);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RenderPool.Picture>> pictures = new ArrayList<>();
            RenderPool.OriginalSource slow = () -> {
                reads.incrementAndGet();
                await(asked);
                return cat();
            };
            for (int i = 0; i < 6; i++) {
                RenderRequest order = request("w=" + (100 + i / 2)); // two of each
                pictures.add(clients.submit(() -> {
                    asked.countDown();
                    return pool.render("cat", slow, order);
                }));
            }
            for (int i = 0; i < 6; i++) {
                Rendition rendition = pictures.get(i).get().outcome().orThrow();
                assertThat(rendition.size().width()).isEqualTo(100 + i / 2);
            }
        }
        assertThat(reads).hasValueBetween(1, 2); // the last may come just after the others were sent
    }

    @Test
    void aWorkerThatDiesIsReplacedAndItsPictureMade() throws Exception {
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            long worker = workerOf(pool);
            PipedOutputStream rest = new PipedOutputStream();
            InputStream half = new PipedInputStream(rest, 1 << 20);
            rest.write(CAT, 0, CAT.length / 2);
            AtomicInteger reads = new AtomicInteger();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<RenderPool.Picture> picture = clients.submit(() -> pool.render(
                        "cat",
                        () -> reads.incrementAndGet() == 1 ? new RenderPool.OriginalSource.Opened("v", half) : cat(),
                        request("w=100")));
                until(() -> reads.get() == 1);
                ProcessHandle.of(worker).orElseThrow().destroyForcibly();
                assertThat(picture.get().outcome()).isInstanceOf(Outcome.Made.class);
            }
            assertThat(reads).hasValue(2);
            assertThat(workerOf(pool)).isNotEqualTo(worker);
        }
    }

    @Test
    void aPictureThatKillsItsWorkersIsGivenUp() throws Exception {
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            PictureException failure = catchThrowableOfType(
                    PictureException.class,
                    () -> pool.render(
                            "bad",
                            () -> {
                                long pid = workerOf(pool);
                                ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
                                worker.destroyForcibly();
                                worker.onExit().join();
                                return cat();
                            },
                            request("w=100")));
            assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
            until(() -> isMade(pool));
        }
    }

    @Test
    void anOriginalThatKillsItsWorkerIsNotGivenToAnotherUntilItChanges() throws Exception {
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            RenderPool.OriginalSource killing = () -> {
                ProcessHandle worker = ProcessHandle.of(workerOf(pool)).orElseThrow();
                worker.destroyForcibly();
                worker.onExit().join();
                return cat();
            };
            assertThat(kindOf(pool, "bad", killing, "w=100")).isEqualTo(Kind.BROKEN);
            until(() -> isMade(pool));
            long worker = workerOf(pool);
            assertThat(kindOf(pool, "bad", RenderPoolTest::cat, "w=101")).isEqualTo(Kind.BROKEN);
            RenderPool.OriginalSource repaired =
                    () -> new RenderPool.OriginalSource.Opened("v2", new ByteArrayInputStream(CAT));
            assertThat(pool.render("bad", repaired, request("w=101")).outcome()).isInstanceOf(Outcome.Made.class);
            assertThat(workerOf(pool)).isEqualTo(worker);
        }
    }

    @Test
    void anOriginalThatIsTooSlowIsNotTriedWithAnotherSize() throws Exception {
        byte[] slow = slowDrawing();
        Limits limits = Limits.DEFAULT.withTime(Duration.ofSeconds(1));
        try (RenderPool pool = RenderPool.open(Specimen.POOL.withLimits(limits))) {
            AtomicInteger closed = new AtomicInteger();
            RenderPool.OriginalSource drawing =
                    () -> new RenderPool.OriginalSource.Opened("v", new ByteArrayInputStream(slow) {
                        @Override
                        public void close() {
                            closed.incrementAndGet();
                        }
                    });
            assertThat(kindOf(pool, "slow", drawing, "w=300")).isEqualTo(Kind.TOO_SLOW);
            until(() -> isMade(pool));
            long worker = workerOf(pool);
            int before = closed.get();
            for (int width = 301; width < 400; width++) { // each would take a second
                assertThat(kindOf(pool, "slow", drawing, "w=" + width)).isEqualTo(Kind.TOO_SLOW);
            }
            assertThat(closed).hasValue(before + 99);
            assertThat(workerOf(pool)).isEqualTo(worker);
        }
    }

    @Test
    void anOriginalThatS3SendsSlowlyIsTriedAgain() throws Exception {
        Limits limits = Limits.DEFAULT.withTime(Duration.ofSeconds(1));
        CountDownLatch end = new CountDownLatch(1);
        try (RenderPool pool = RenderPool.open(Specimen.POOL.withLimits(limits))) {
            RenderPool.OriginalSource stalled = () -> new RenderPool.OriginalSource.Opened(
                    "v", new SequenceInputStream(new ByteArrayInputStream(CAT, 0, 99), new InputStream() {
                        @Override
                        public int read() throws IOException {
                            await(end);
                            return -1;
                        }

                        @Override
                        public int read(byte[] target, int offset, int length) throws IOException {
                            return read();
                        }
                    }));
            assertThat(kindOf(pool, "cat", stalled, "w=100")).isEqualTo(Kind.TOO_SLOW);
            end.countDown();
            until(() -> isMade(pool));
        }
    }

    @Test
    void oneOriginalTakesHalfOfTheThreadsAndOthersAreMadeMeanwhile() throws Exception {
        RenderPoolSettings four = Specimen.POOL.withThreads(4).withQueue(64, Duration.ofSeconds(20));
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger opened = new AtomicInteger();
        try (RenderPool pool = RenderPool.open(four);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            RenderPool.OriginalSource held = () -> {
                opened.incrementAndGet();
                await(end);
                return cat();
            };
            List<Future<RenderPool.Picture>> pictures = new ArrayList<>();
            for (int i = 1; i <= 16 * 4; i++) { // more than can be made of four decodings
                RenderRequest order = request("w=" + i);
                pictures.add(clients.submit(() -> pool.render("one", held, order)));
            }
            until(() -> opened.get() == 2);
            for (int i = 0; i < 8; i++) {
                assertThat(pool.render("other" + i, RenderPoolTest::cat, request("w=9"))
                                .outcome())
                        .isInstanceOf(Outcome.Made.class);
            }
            assertThat(opened).hasValue(2);
            end.countDown();
            for (Future<RenderPool.Picture> picture : pictures) {
                assertThat(picture.get().outcome()).isInstanceOf(Outcome.Made.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOriginalThatHasChangedIsReadAgainEvenForTheSameRequest(boolean which) throws Exception {
        RenderPoolSettings four = Specimen.POOL.withThreads(4);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (RenderPool pool = RenderPool.open(four);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            RenderPool.OriginalSource before = () -> {
                begun.countDown();
                await(end);
                return cat();
            };
            Future<RenderPool.Picture> first = clients.submit(() -> pool.render("a", before, request("w=100")));
            await(begun);
            if (which) {
                pool.changed("a");
            } else {
                pool.anyChanged();
            }
            RenderPool.OriginalSource after =
                    () -> new RenderPool.OriginalSource.Opened("new", new ByteArrayInputStream(CAT));
            assertThat(pool.render("a", after, request("w=100")).version()).isEqualTo("new");
            end.countDown();
            assertThat(first.get().version()).isEqualTo("v");
        }
    }

    @Test
    void anOriginalThatFailsFailsAsItself() throws Exception {
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            assertThatThrownBy(() -> pool.render(
                            "gone",
                            () -> {
                                throw new IOException("no such object");
                            },
                            request("w=100")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no such object");
            assertThatThrownBy(() -> pool.render(
                            "broken",
                            () -> {
                                throw new NoClassDefFoundError("Opened");
                            },
                            request("w=100")))
                    .as("told to all who wait")
                    .isInstanceOf(IllegalStateException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
            InputStream breaking =
                    new SequenceInputStream(new ByteArrayInputStream(CAT, 0, CAT.length / 2), new Breaking());
            assertThatThrownBy(() -> pool.render(
                            "half", () -> new RenderPool.OriginalSource.Opened("v", breaking), request("w=100")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("connection reset");
            assertThat(isMade(pool)).isTrue();
        }
    }

    @Test
    void whatIsBeyondTheQueueIsRefusedAndWhoWaitsTooLong() throws Exception {
        RenderPoolSettings small = Specimen.POOL.withThreads(1).withQueue(1, Duration.ofMillis(200));
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (RenderPool pool = RenderPool.open(small);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            RenderPool.OriginalSource held = () -> {
                begun.countDown();
                await(end);
                return cat();
            };
            Future<RenderPool.Picture> first = clients.submit(() -> pool.render("one", held, request("w=1")));
            await(begun);
            List<Future<RenderPool.Picture>> others = new ArrayList<>();
            for (String id : List.of("two", "three")) {
                others.add(clients.submit(() -> pool.render(id, RenderPoolTest::cat, request("w=1"))));
            }
            for (Future<RenderPool.Picture> other : others) {
                assertThatThrownBy(other::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                PictureException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
            }
            end.countDown();
            assertThat(first.get().outcome()).isInstanceOf(Outcome.Made.class);
        }
    }

    @Test
    void withoutALibraryEveryPictureIsUnavailableAndSaysWhy() {
        try (RenderPool pool = RenderPool.open(Specimen.POOL.withLibrary(Path.of("/nowhere/libvips.so")))) {
            PictureException failure = catchThrowableOfType(
                    PictureException.class, () -> pool.render("cat", RenderPoolTest::cat, request("w=1")));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("/nowhere/libvips.so");
        }
    }

    /// Nested blurs: a small file that is slow to draw.
    private static byte[] slowDrawing() {
        StringBuilder filters = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            filters.append("<feTurbulence baseFrequency='0.0").append(i + 1).append("' numOctaves='60'/>");
            filters.append("<feMorphology operator='dilate' radius='40'/><feGaussianBlur stdDeviation='90'/>");
        }
        return ("<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='4000'><filter id='f' x='0' y='0' "
                        + "width='1' height='1'>" + filters
                        + "</filter><rect width='4000' height='4000' filter='url(#f)'/></svg>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Kind kindOf(RenderPool pool, String id, RenderPool.OriginalSource originals, String query)
            throws IOException {
        try {
            Rendition made =
                    pool.render(id, originals, request(query)).outcome().orThrow();
            throw new AssertionError("was made: " + made);
        } catch (PictureException e) {
            return e.kind();
        }
    }

    private static boolean isMade(RenderPool pool) {
        try {
            return pool.render("cat", RenderPoolTest::cat, request("w=100")).outcome() instanceof Outcome.Made;
        } catch (PictureException | IOException e) {
            return false;
        }
    }

    private static long workerOf(RenderPool pool) throws PictureException {
        String _ = pool.library();
        return pool.worker().orElseThrow();
    }

    private static RenderPool.OriginalSource.Opened cat() {
        return new RenderPool.OriginalSource.Opened("v", new ByteArrayInputStream(CAT));
    }

    private static RenderRequest request(String query) {
        return new RenderRequest(query, List.of(), Compatibility.STANDARD);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void until(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within 20 s").isLessThan(end);
            Thread.sleep(10);
        }
    }

    /// Fails on the first read.
    private static final class Breaking extends InputStream {

        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return read();
        }
    }
}
