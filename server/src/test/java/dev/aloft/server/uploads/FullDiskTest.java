package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploads for which the disk of the cache has no room. The disk is a small one of its own; only root can mount that.
final class FullDiskTest {

    private static final int MEBIBYTE = 1 << 20;

    /// Less than a first fetch, and more.
    private static final String SMALL = "3m";

    private static final String LARGER = "12m";

    private final byte[] film = new byte[20 * MEBIBYTE + 777];
    private S3Fixture s3;
    private Path disk;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        new Random(12).nextBytes(film);
        s3 = new S3Fixture(folder.resolve("s3"));
        disk = Files.createDirectory(folder.resolve("disk"));
        s3.put("film.mp4", "video/mp4", film);
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    private interface Check {
        void on(Edge edge) throws IOException;
    }

    private void withDisk(String size, Check check) throws Exception {
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + size, "aloft-test", disk.toString()))
                .as("mounting a small disk, as root may")
                .isZero();
        try {
            EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, s3.site())
                    .withCache(CacheSettings.DEFAULT.withDisk(disk.resolve("cache"), 64 * MEBIBYTE));
            try (Edge edge = Edge.start(settings)) {
                check.on(edge);
            }
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, LARGER})
    void everyClientGetsTheWholeFilm(String size) throws Exception {
        withDisk(size, edge -> {
            for (int i = 0; i < 2; i++) {
                Answer answer = Answer.to(edge.port(), "GET", "/uploads/film.mp4");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(Arrays.equals(answer.body(), film)).isTrue();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, LARGER})
    void aClientGetsSeveralRanges(String size) throws Exception {
        withDisk(size, edge -> {
            int late = 10 * MEBIBYTE;
            Answer answer = Answer.to(edge.port(), "GET", "/uploads/film.mp4", "Range: bytes=0-9," + late + "-");
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.whole()).isTrue();
            assertThat(answer.raw().contains(new String(film, late, film.length - late, StandardCharsets.ISO_8859_1)))
                    .isTrue();
        });
    }
}
