package dev.aloft.server.uploads;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads that are kept on disk, in slices.
final class LargeUploadsTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final byte[] FILM = new byte[20 * MEBIBYTE + 777];

    private static S3Fixture s3;
    private static Edge edge;
    private static Path cache;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        new Random(11).nextBytes(FILM);
        s3 = new S3Fixture(folder.resolve("s3"));
        cache = folder.resolve("cache");
        EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, s3.site())
                .withCache(CacheSettings.DEFAULT.withDisk(cache, 64 * MEBIBYTE));
        edge = Edge.start(settings);
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void beCalm() {
        s3.front().calm();
        s3.front().reset();
    }

    @Test
    void aFilmIsFetchedOnceAndThenComesFromDisk() throws IOException {
        s3.put("film.mp4", "video/mp4", FILM);
        s3.front().reset();
        for (int i = 0; i < 2; i++) {
            Answer answer = get("film.mp4");
            assertThat(answer.header("content-length")).isEqualTo(String.valueOf(FILM.length));
            assertThat(Arrays.equals(answer.body(), FILM)).isTrue();
        }
        assertThatRequests(s3.front()).are("GetObject", 3); // 8 + 8 + 5 slices
        assertThat(bytesFromS3()).isLessThan(FILM.length + 10_000L);
    }

    @Test
    void theKernelSendsAFilmThatIsOnDisk() throws IOException {
        s3.put("kernel.mp4", "video/mp4", FILM);
        get("kernel.mp4");
        assertThat(Arrays.equals(get("kernel.mp4").body(), FILM)).isTrue();
        assertThat(bytesOfFilmsInMemory()).isZero();
    }

    @Test
    void aFilmWhoseFileWasCutEndsItsAnswerAtOnce() throws IOException {
        s3.put("cut.mp4", "video/mp4", FILM);
        Set<Path> before = filesOfFilms();
        get("cut.mp4");
        for (Path film : filesOfFilms()) {
            if (!before.contains(film)) {
                try (FileChannel file = FileChannel.open(film, StandardOpenOption.WRITE)) {
                    file.truncate(FILM.length / 2);
                }
            }
        }
        long start = System.nanoTime();

        Answer answer = get("cut.mp4");

        assertThat(answer.whole()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(EdgeSettings.Limits.DEFAULT.idle().dividedBy(2));
    }

    private static Set<Path> filesOfFilms() throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.toString().endsWith(".slices")).collect(Collectors.toSet());
        }
    }

    /// The bytes of mapped slices that this process has touched.
    private static long bytesOfFilmsInMemory() throws IOException {
        long sum = -1;
        boolean isFilm = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isFilm = line.contains(".slices");
            } else if (isFilm && line.startsWith("Rss:")) {
                sum = Math.max(sum, 0) + Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return sum;
    }

    @Test
    void aRangeReadsOnlyItsSlices() throws IOException {
        s3.put("range.mp4", "video/mp4", FILM);
        get("range.mp4", "Range: bytes=0-0");
        s3.front().reset();
        int first = 17 * MEBIBYTE - 10;
        for (int i = 0; i < 2; i++) {
            Answer answer = get("range.mp4", "Range: bytes=" + first + "-" + (first + 19));
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.header("content-range"))
                    .isEqualTo("bytes " + first + "-" + (first + 19) + "/" + FILM.length);
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(FILM, first, first + 20));
        }
        assertThatRequests(s3.front()).are("GetObject", 1);
        assertThat(bytesFromS3()).isLessThan(2 * MEBIBYTE + 10_000L);
    }

    @Test
    void theEndOfAFilmThatIsNotHeldIsReadAlone() throws IOException {
        s3.put("end.mp4", "video/mp4", FILM);
        s3.front().reset();
        Answer answer = get("end.mp4", "Range: bytes=-100");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(FILM, FILM.length - 100, FILM.length));
        assertThatRequests(s3.front()).are("GetObject", 1);
        assertThat(bytesFromS3()).isLessThan(10_000L);
    }

    @Test
    void severalRangesOfAFilmComeInSeveralParts() throws IOException {
        s3.put("parts.mp4", "video/mp4", FILM);
        get("parts.mp4", "Range: bytes=0-0");
        Answer answer = get("parts.mp4", "Range: bytes=0-3,-4");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.whole()).isTrue();
        assertThat(answer.raw())
                .contains("Content-Range: bytes 0-3/" + FILM.length)
                .contains(new String(FILM, FILM.length - 4, 4, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void manyReadersOfOneFilmFetchEachSliceOnce() throws Exception {
        s3.put("herd.mp4", "video/mp4", FILM);
        s3.front().reset();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = IntStream.range(0, 8)
                    .mapToObj(_ ->
                            clients.submit(() -> Arrays.equals(get("herd.mp4").body(), FILM)))
                    .toList();
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(bytesFromS3()).isLessThan(FILM.length + 10_000L);
    }

    private static long bytesFromS3() {
        return s3.front().requests().stream().mapToLong(r -> r.bytesOut()).sum();
    }

    private static Answer get(String name, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/" + name, fields);
    }
}
