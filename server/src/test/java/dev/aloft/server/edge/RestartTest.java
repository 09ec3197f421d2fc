package dev.aloft.server.edge;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disk caches left by another edge, also by one that was killed.
final class RestartTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final byte[] FILM = new byte[10 * MEBIBYTE + 777];
    private static final UrlSecret SECRET = UrlSecret.of("0123456789abcdef0123456789abcdef");

    static {
        new Random(23).nextBytes(FILM);
    }

    @TempDir
    private Path folder;

    private S3Fixture s3;
    private Path cache;

    @BeforeEach
    void start() throws IOException {
        s3 = new S3Fixture(folder.resolve("s3"));
        cache = folder.resolve("cache");
        s3.put("film.mp4", "video/mp4", FILM);
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    @Test
    void whatAnEdgeThatWasKilledHadIsAskedForWithAHeadAndNotFetchedAgain() throws Exception {
        try (EdgeProcess killed = process("")) {
            assertWhole(Answer.to(killed.port(), "GET", "/uploads/film.mp4"), FILM);
        }
        s3.front().reset();
        try (Edge edge = edgeThatHasTakenOver(1)) {
            assertWhole(get(edge), FILM);
            assertThatRequests(s3.front()).are("HeadObject", 1);
            assertThat(get(edge).header("cache-status")).matches("aloft; hit; ttl=(1[0-9]|20)");
        }
    }

    /// The limit of a file's size stands for a disk that is full.
    @Test
    void onADiskThatIsFullNothingIsKeptAndAllIsServed() throws Exception {
        try (EdgeProcess edge = process("ulimit -f 4096; ")) {
            Answer torn = Answer.to(edge.port(), "GET", "/uploads/film.mp4");
            assertThat(torn.status() == 200 && torn.whole()).isFalse();
            for (int i = 0; i < 2; i++) {
                assertWhole(Answer.to(edge.port(), "GET", "/uploads/film.mp4"), FILM);
            }
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whatHasChangedMeanwhileIsFetched() throws Exception {
        fill();
        byte[] other = new byte[FILM.length];
        s3.put("film.mp4", "video/mp4", other);
        try (Edge edge = edgeThatHasTakenOver(1)) {
            assertWhole(get(edge), other);
        }
    }

    @Test
    void anEncodingThatHasChangedMeanwhileIsFetchedAndKept() throws Exception {
        fill();
        s3.bucketOfAnotherHost()
                .put(
                        S3Fixture.key("film.mp4"),
                        new ByteArrayInputStream(FILM),
                        FILM.length,
                        new ObjectHeaders("video/mp4", null, "gzip"),
                        Map.of(),
                        WriteCondition.always());
        try (Edge edge = edgeThatHasTakenOver(1)) {
            Answer answer = get(edge);
            assertWhole(answer, FILM);
            assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        }
        s3.front().goDown();
        try (Edge edge = edgeThatHasTakenOver(1)) {
            Answer answer = get(edge);
            assertWhole(answer, FILM);
            assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        }
    }

    @Test
    void whileS3IsDownWhatIsThereIsServed() throws Exception {
        fill();
        s3.front().goDown();
        try (Edge edge = edgeThatHasTakenOver(1)) {
            Answer answer = get(edge);
            assertWhole(answer, FILM);
            assertThat(answer.header("cache-status")).contains("detail=origin-");
        }
    }

    @Test
    void whatWasMadePrivateStaysSoWhileS3IsDown() throws Exception {
        SettableTime time = new SettableTime();
        try (Edge edge = edge(time)) {
            get(edge);
            var key = S3Fixture.key("film.mp4");
            var bucket = s3.bucketOfAnotherHost();
            bucket.replaceMetadata(bucket.head(key, Duration.ZERO).orElseThrow(), Map.of("aloft-private", "1"));
            time.pass(Duration.ofHours(1));
            assertThat(get(edge).status()).isEqualTo(404);
        }
        s3.front().goDown();
        try (Edge edge = edgeThatHasTakenOver(1)) {
            assertThat(get(edge).status()).isEqualTo(404);
        }
    }

    @Test
    void aSliceThatIsTornIsFetchedAgain() throws Exception {
        fill();
        Path file = files().getFirst();
        try (FileChannel torn = FileChannel.open(file, StandardOpenOption.WRITE)) {
            torn.write(ByteBuffer.wrap(new byte[100]), torn.size() - 3 * MEBIBYTE);
            torn.truncate(torn.size() - 100);
        }
        s3.front().reset();
        try (Edge edge = edgeThatHasTakenOver(1)) {
            assertWhole(get(edge), FILM);
            assertThat(s3.front().requests().stream()
                            .mapToLong(r -> r.bytesOut())
                            .sum())
                    .isBetween(MEBIBYTE + 777L, 4L * MEBIBYTE);
        }
    }

    @Test
    void aFileThatIsTornOrSomethingElseIsDeleted() throws Exception {
        fill();
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        for (int damage = 0; damage < 4; damage++) {
            byte[] torn = bytes.clone();
            torn[damage * 13] ^= 1;
            Files.write(cache.resolve("torn" + damage + ".slices"), torn);
        }
        Files.write(cache.resolve("short.slices"), Arrays.copyOf(bytes, 1000));
        Files.write(cache.resolve("empty.slices"), new byte[0]);
        try (Edge edge = edgeThatHasTakenOver(1)) {
            assertWhole(get(edge), FILM);
        }
        assertThat(files()).containsExactly(file);
    }

    @Test
    void whatWasPurgedDoesNotComeBack() throws Exception {
        try (Edge edge = edge(new SettableTime())) {
            get(edge);
            edge.purgeEverything();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void moreThanThereIsRoomForIsNotTakenOver() throws Exception {
        for (int i = 0; i < 4; i++) {
            s3.put("more" + i + ".mp4", "video/mp4", FILM);
        }
        try (Edge edge = edge(new SettableTime())) {
            get(edge);
            for (int i = 0; i < 4; i++) {
                Answer.to(edge.port(), "GET", "/uploads/more" + i + ".mp4");
            }
        }
        CacheSettings small = CacheSettings.DEFAULT.withDisk(cache, 24L * MEBIBYTE);
        try (Edge edge = Edge.start(settings().withCache(small))) {
            Eventually.await("two files", () -> files().size() <= 2);
            assertWhole(get(edge), FILM);
        }
    }

    @Test
    void theFolderIsForOneEdge() throws Exception {
        try (Edge edge = edge(new SettableTime())) {
            get(edge);
            assertThatIOException()
                    .isThrownBy(() -> edge(new SettableTime()))
                    .withMessageContaining("another edge keeps its cache in " + cache);
        }
    }

    @Test
    void whatItWritesIsNotForEverybodyWhateverTheUmask() throws Exception {
        try (EdgeProcess edge = process("umask 000; ")) {
            assertWhole(Answer.to(edge.port(), "GET", "/uploads/film.mp4"), FILM);
            assertThat(mode(cache.resolveSibling("access.log"))).isEqualTo("rw-r-----");
            assertThat(mode(cache)).isEqualTo("rwx------");
            assertThat(mode(files().getFirst())).isEqualTo("rw-------");
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void whereOthersMayWriteNothingIsBelieved() throws Exception {
        fill();
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwx---"));
        try (Edge edge = edge(new SettableTime())) {
            Eventually.await("no files", () -> files().isEmpty());
            s3.front().reset();
            assertWhole(get(edge), FILM);
            assertThatRequests(s3.front()).are("GetObject", 2);
        }
    }

    /// An edge has been here and ended.
    private void fill() throws Exception {
        try (Edge edge = edge(new SettableTime())) {
            assertWhole(get(edge), FILM);
        }
        assertThat(files()).hasSize(1);
    }

    private EdgeSettings settings() {
        OperatorSettings oversight =
                OperatorSettings.NONE.withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET);
        EdgeSite site = s3.site();
        return EdgeSettings.of("127.0.0.1", 0, site)
                .withOperators(oversight)
                .withCache(CacheSettings.DEFAULT.withDisk(cache, 1 << 30));
    }

    private Edge edge(SettableTime time) throws IOException {
        return Edge.start(settings(), time);
    }

    private Edge edgeThatHasTakenOver(int count) throws Exception {
        Edge edge = Edge.start(settings());
        Eventually.await(
                "the restart has loaded the cache",
                () -> Answer.to(edge.adminPort(), "GET", "/metrics")
                        .text()
                        .contains("aloft_cache_urls " + count + "\n"));
        return edge;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".slices")).toList();
        }
    }

    private static Answer get(Edge edge) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/film.mp4");
    }

    private static void assertWhole(Answer answer, byte[] bytes) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Arrays.equals(answer.body(), bytes)).isTrue();
    }

    /// @param before what the shell does first
    private EdgeProcess process(String before) throws IOException {
        return EdgeProcess.start(before, s3.front().endpoint(), cache);
    }
}
