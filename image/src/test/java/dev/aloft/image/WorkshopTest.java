package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.image.PictureException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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

/// Pictures, made in another process that may die.
@Timeout(60)
final class WorkshopTest {

    private static final byte[] CAT = Specimen.jpeg(640, 480);

    @Test
    void ordersThatComeTogetherAreMadeOfOneReading() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(6);
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Workshop.Picture>> pictures = new ArrayList<>();
            Originals slow = () -> {
                reads.incrementAndGet();
                await(asked);
                return cat();
            };
            for (int i = 0; i < 6; i++) {
                Order order = order("w=" + (100 + i / 2)); // two of each
                pictures.add(clients.submit(() -> {
                    asked.countDown();
                    return workshop.render("cat", slow, order);
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
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            long worker = workerOf(workshop);
            PipedOutputStream rest = new PipedOutputStream();
            InputStream half = new PipedInputStream(rest, 1 << 20);
            rest.write(CAT, 0, CAT.length / 2);
            AtomicInteger reads = new AtomicInteger();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Workshop.Picture> picture = clients.submit(() -> workshop.render(
                        "cat",
                        () -> reads.incrementAndGet() == 1 ? new Originals.Opened("v", half) : cat(),
                        order("w=100")));
                until(() -> reads.get() == 1);
                ProcessHandle.of(worker).orElseThrow().destroyForcibly();
                assertThat(picture.get().outcome()).isInstanceOf(Outcome.Made.class);
            }
            assertThat(reads).hasValue(2);
            assertThat(workerOf(workshop)).isNotEqualTo(worker);
        }
    }

    @Test
    void aPictureThatKillsItsWorkersIsGivenUp() throws Exception {
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            PictureException failure = catchThrowableOfType(
                    PictureException.class,
                    () -> workshop.render(
                            "bad",
                            () -> {
                                long pid = workerOf(workshop);
                                ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
                                worker.destroyForcibly();
                                worker.onExit().join();
                                return cat();
                            },
                            order("w=100")));
            assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
            until(() -> isMade(workshop));
        }
    }

    @Test
    void anOriginalThatKillsItsWorkerIsNotGivenToAnotherUntilItChanges() throws Exception {
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            Originals killing = () -> {
                ProcessHandle worker = ProcessHandle.of(workerOf(workshop)).orElseThrow();
                worker.destroyForcibly();
                worker.onExit().join();
                return cat();
            };
            assertThat(kindOf(workshop, "bad", killing, "w=100")).isEqualTo(Kind.BROKEN);
            until(() -> isMade(workshop));
            long worker = workerOf(workshop);
            assertThat(kindOf(workshop, "bad", WorkshopTest::cat, "w=101")).isEqualTo(Kind.BROKEN);
            Originals mended = () -> new Originals.Opened("v2", new ByteArrayInputStream(CAT));
            assertThat(workshop.render("bad", mended, order("w=101")).outcome()).isInstanceOf(Outcome.Made.class);
            assertThat(workerOf(workshop)).isEqualTo(worker);
        }
    }

    @Test
    void anOriginalThatIsTooSlowIsNotTriedWithAnotherSize() throws Exception {
        byte[] slow = slowDrawing();
        Limits limits = Limits.DEFAULT.withTime(Duration.ofSeconds(1));
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP.withLimits(limits))) {
            AtomicInteger closed = new AtomicInteger();
            Originals drawing = () -> new Originals.Opened("v", new ByteArrayInputStream(slow) {
                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            });
            assertThat(kindOf(workshop, "slow", drawing, "w=300")).isEqualTo(Kind.TOO_SLOW);
            until(() -> isMade(workshop));
            long worker = workerOf(workshop);
            int before = closed.get();
            for (int width = 301; width < 400; width++) { // each would take a second
                assertThat(kindOf(workshop, "slow", drawing, "w=" + width)).isEqualTo(Kind.TOO_SLOW);
            }
            assertThat(closed).hasValue(before + 99);
            assertThat(workerOf(workshop)).isEqualTo(worker);
        }
    }

    @Test
    void anOriginalThatS3SendsSlowlyIsTriedAgain() throws Exception {
        Limits limits = Limits.DEFAULT.withTime(Duration.ofSeconds(1));
        CountDownLatch end = new CountDownLatch(1);
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP.withLimits(limits))) {
            Originals stalled = () -> new Originals.Opened(
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
            assertThat(kindOf(workshop, "cat", stalled, "w=100")).isEqualTo(Kind.TOO_SLOW);
            end.countDown();
            until(() -> isMade(workshop));
        }
    }

    @Test
    void oneOriginalTakesHalfOfTheThreadsAndOthersAreMadeMeanwhile() throws Exception {
        WorkshopSettings four = Specimen.WORKSHOP.withThreads(4).withQueue(64, Duration.ofSeconds(20));
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger opened = new AtomicInteger();
        try (Workshop workshop = Workshop.open(four);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Originals held = () -> {
                opened.incrementAndGet();
                await(end);
                return cat();
            };
            List<Future<Workshop.Picture>> pictures = new ArrayList<>();
            for (int i = 1; i <= 16 * 4; i++) { // more than can be made of four decodings
                Order order = order("w=" + i);
                pictures.add(clients.submit(() -> workshop.render("one", held, order)));
            }
            until(() -> opened.get() == 2);
            for (int i = 0; i < 8; i++) {
                assertThat(workshop.render("other" + i, WorkshopTest::cat, order("w=9"))
                                .outcome())
                        .isInstanceOf(Outcome.Made.class);
            }
            assertThat(opened).hasValue(2);
            end.countDown();
            for (Future<Workshop.Picture> picture : pictures) {
                assertThat(picture.get().outcome()).isInstanceOf(Outcome.Made.class);
            }
        }
    }

    @Test
    void anOriginalThatFailsFailsAsItself() throws Exception {
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            assertThatThrownBy(() -> workshop.render(
                            "gone",
                            () -> {
                                throw new IOException("no such object");
                            },
                            order("w=100")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no such object");
            InputStream breaking =
                    new SequenceInputStream(new ByteArrayInputStream(CAT, 0, CAT.length / 2), new Breaking());
            assertThatThrownBy(() -> workshop.render("half", () -> new Originals.Opened("v", breaking), order("w=100")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("connection reset");
            assertThat(isMade(workshop)).isTrue();
        }
    }

    @Test
    void whatIsBeyondTheQueueIsRefusedAndWhoWaitsTooLong() throws Exception {
        WorkshopSettings small = Specimen.WORKSHOP.withThreads(1).withQueue(1, Duration.ofMillis(200));
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (Workshop workshop = Workshop.open(small);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Originals held = () -> {
                begun.countDown();
                await(end);
                return cat();
            };
            Future<Workshop.Picture> first = clients.submit(() -> workshop.render("one", held, order("w=1")));
            await(begun);
            List<Future<Workshop.Picture>> others = new ArrayList<>();
            for (String id : List.of("two", "three")) {
                others.add(clients.submit(() -> workshop.render(id, WorkshopTest::cat, order("w=1"))));
            }
            for (Future<Workshop.Picture> other : others) {
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
    void theWorkerHasNoneOfTheServersEnvironmentAndGoesWithIt() throws Exception {
        long pid;
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            pid = workerOf(workshop);
            Path environment = Path.of("/proc/" + pid + "/environ");
            if (Files.isReadable(environment)) { // by root; nobody else looks into a worker
                assertThat(Files.readString(environment, StandardCharsets.ISO_8859_1))
                        .contains("MALLOC_ARENA_MAX=2")
                        .doesNotContain("PATH=", "AWS_", "JAVA_HOME");
            }
            assertThat(Files.readString(Path.of("/proc/" + pid + "/oom_score_adj"))
                            .strip())
                    .isEqualTo("800");
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void everyThreadOfTheWorkerIsConfined() throws Exception {
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            Path worker = Path.of("/proc/" + workerOf(workshop));
            assertThat(isMade(workshop)).isTrue();
            List<Path> threads = new ArrayList<>();
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(worker.resolve("task"))) {
                tasks.forEach(threads::add);
            }
            assertThat(threads).hasSizeGreaterThan(5);
            for (Path thread : threads) {
                List<String> status = Files.readAllLines(thread.resolve("status"));
                assertThat(status).contains("Seccomp:\t2", "NoNewPrivs:\t1", "CapEff:\t0000000000000000");
                assertThat(status).noneMatch(line -> line.matches("[UG]id:.*\\b0\\b.*"));
            }
            assertThat(Files.readAllLines(worker.resolve("limits")))
                    .anyMatch(line -> line.matches("Max data size +" + Specimen.WORKSHOP.memoryBytes() + " .*"))
                    .anyMatch(line -> line.matches("Max file size +1048576 .*"))
                    .anyMatch(line -> line.matches("Max core file size +0 .*"));
        }
    }

    @Test
    void aConfinedWorkerDrawsTextInItsFonts() throws Exception {
        byte[] drawing = """
                <svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="2" y="20"
                font-family="DejaVu Serif" font-style="italic" font-size="11">Fonts</text></svg>""".getBytes(StandardCharsets.UTF_8);
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP)) {
            Originals original = () -> new Originals.Opened("v", new ByteArrayInputStream(drawing));
            Rendition confined =
                    workshop.render("a", original, order("w=90")).outcome().orThrow();
            assertThat(confined.bytes())
                    .isEqualTo(Specimen.render(drawing, "w=90").orThrow().bytes());
        }
    }

    @Test
    void withoutALibraryEveryPictureIsUnavailableAndSaysWhy() {
        try (Workshop workshop = Workshop.open(Specimen.WORKSHOP.withLibrary(Path.of("/nowhere/libvips.so")))) {
            PictureException failure = catchThrowableOfType(
                    PictureException.class, () -> workshop.render("cat", WorkshopTest::cat, order("w=1")));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("/nowhere/libvips.so");
        }
    }

    /// Blurs upon blurs: small to send, and long to draw.
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

    private static Kind kindOf(Workshop workshop, String id, Originals originals, String query) throws IOException {
        try {
            Rendition made =
                    workshop.render(id, originals, order(query)).outcome().orThrow();
            throw new AssertionError("was made: " + made);
        } catch (PictureException e) {
            return e.kind();
        }
    }

    private static boolean isMade(Workshop workshop) {
        try {
            return workshop.render("cat", WorkshopTest::cat, order("w=100")).outcome() instanceof Outcome.Made;
        } catch (PictureException | IOException e) {
            return false;
        }
    }

    private static long workerOf(Workshop workshop) throws PictureException {
        String _ = workshop.library();
        return workshop.worker().orElseThrow();
    }

    private static Originals.Opened cat() {
        return new Originals.Opened("v", new ByteArrayInputStream(CAT));
    }

    private static Order order(String query) {
        return new Order(query, List.of(), Compatibility.BETTER);
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
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            Thread.sleep(10);
        }
    }

    /// Breaks at once.
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
