package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.worker.Specimen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The worker process as the kernel sees it: what it inherits, and what it may do.
@Timeout(60)
final class WorkerConfinementTest {

    @Test
    void theWorkerHasNoneOfTheServersEnvironmentAndGoesWithIt() throws Exception {
        long pid;
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            pid = workerOf(pool);
            Path environment = Path.of("/proc/" + pid + "/environ");
            if (Files.isReadable(environment)) { // readable by root only
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
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            Path worker = Path.of("/proc/" + workerOf(pool));
            assertThat(render(pool, Specimen.jpeg(64, 48), "w=32").size().width())
                    .isEqualTo(32);
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
                    .anyMatch(line -> line.matches("Max data size +" + Specimen.POOL.memoryBytes() + " .*"))
                    .anyMatch(line -> line.matches("Max file size +1048576 .*"))
                    .anyMatch(line -> line.matches("Max core file size +0 .*"));
        }
    }

    @Test
    void aConfinedWorkerDrawsTextInItsFonts() throws Exception {
        byte[] drawing = """
                <svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="2" y="20"
                font-family="DejaVu Serif" font-style="italic" font-size="11">Fonts</text></svg>""".getBytes(StandardCharsets.UTF_8);
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            assertThat(render(pool, drawing, "w=90").bytes())
                    .isEqualTo(Specimen.render(drawing, "w=90").orThrow().bytes());
        }
    }

    private static Rendition render(RenderPool pool, byte[] original, String query)
            throws PictureException, IOException {
        RenderPool.OriginalSource source =
                () -> new RenderPool.OriginalSource.Opened("v", new ByteArrayInputStream(original));
        RenderRequest request = new RenderRequest(query, List.of(), Compatibility.STANDARD);
        return pool.render("original", source, request).outcome().orThrow();
    }

    private static long workerOf(RenderPool pool) throws PictureException {
        String _ = pool.library();
        return pool.worker().orElseThrow();
    }
}
