package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.worker.Specimen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sustained load of all formats does not grow the worker.
@Tag("slow")
@Timeout(900)
final class SoakTest {

    private static final int ROUNDS = 5;
    private static final int REQUESTS_PER_ROUND = 400;
    private static final int CLIENTS = 8;

    /// Limit of resident memory with two threads and these originals.
    private static final long MAX_RESIDENT_MIB = 400;

    private static final List<String> QUERIES = List.of(
            "w=300",
            "resize=150,150",
            "resize=200,200&crop_strategy=entropy",
            "lb=300,300&background=red",
            "crop=10,10,50,50&w=200&webp=1",
            "w=100&webp=1",
            "");

    @Test
    void theWorkerDoesNotGrow() throws Exception {
        List<byte[]> originals = originals();
        try (RenderPool pool = RenderPool.open(Specimen.POOL)) {
            List<Long> resident = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                runRound(pool, originals, round);
                resident.add(residentMib(pool.worker().orElseThrow()));
            }
            System.err.println("the worker's resident MiB after each round: " + resident);
            assertThat(resident.getLast()).isLessThan(MAX_RESIDENT_MIB);
            assertThat(resident.getLast())
                    .as("after the first two rounds %s", resident)
                    .isLessThanOrEqualTo(Math.max(resident.get(0), resident.get(1)) * 5 / 4);
        }
    }

    private static void runRound(RenderPool pool, List<byte[]> originals, int round) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> made = new ArrayList<>();
            for (int i = 0; i < REQUESTS_PER_ROUND; i++) {
                byte[] original = originals.get(i % originals.size());
                String id = round + "-" + i; // so that no two are made together
                RenderRequest request =
                        new RenderRequest(QUERIES.get(i % QUERIES.size()), List.of(), Compatibility.STANDARD);
                made.add(clients.submit(() -> {
                    Outcome outcome = pool.render(
                                    id,
                                    () -> new RenderPool.OriginalSource.Opened("v", new ByteArrayInputStream(original)),
                                    request)
                            .outcome();
                    boolean broken = original.length < 1000;
                    assertThat(outcome).isInstanceOf(broken ? Outcome.Refused.class : Outcome.Made.class);
                    return outcome;
                }));
            }
            for (Future<?> one : made) {
                var _ = one.get();
            }
        }
    }

    private static List<byte[]> originals() {
        var photograph = Specimen.photograph(1600, 1200);
        byte[] jpeg = Specimen.saved(photograph, "jpegsave_buffer");
        return List.of(
                jpeg,
                Specimen.progressiveJpeg(photograph),
                Specimen.png(800, 600),
                Specimen.saved(photograph, "webpsave_buffer"),
                Specimen.film(List.of(Specimen.photograph(200, 150), Specimen.photograph(200, 150)), "gifsave_buffer"),
                Specimen.avif(Specimen.photograph(400, 300)),
                java.util.Arrays.copyOf(jpeg, 900));
    }

    private static long residentMib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElseThrow();
    }
}
