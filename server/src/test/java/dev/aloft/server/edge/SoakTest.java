package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.cache.CacheSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mixed load for minutes: no wrong answer, no growth, and nothing lost when the edge stops under it.
@Tag("slow")
final class SoakTest {

    /// Duration; a system property makes it longer.
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("aloft.soak.seconds", 120));

    private static final int CLIENTS = 24;
    private static final int FILES = 60;
    private static final long MAX_GROWTH_BYTES = 48 << 20;
    private static final long MAX_MORE_DESCRIPTORS = 40;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong answers = new AtomicLong();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    @Test
    void mixedLoadLeavesNothingBehind(@TempDir Path folder) throws Exception {
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < FILES; i++) {
                byte[] bytes = new byte[i % 20 == 0 ? 3 << 20 : 1 + i * 700];
                new Random(i).nextBytes(bytes);
                files.put("f" + i + ".bin", bytes);
                s3.put("f" + i + ".bin", "application/octet-stream", bytes);
            }
            Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP))
                    .withCache(
                            new CacheSettings(1 << 20, 1 << 20, Optional.of(folder.resolve("cache")), 5 << 20, true)));
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(100 + i);
                all.add(clients.submit(() -> askOn(edge.port(), random)));
            }
            try {
                Thread.sleep(TIME.dividedBy(5)); // the length of the load is what this test is about
                long memory = heapBytes(s3);
                long descriptors = descriptors();
                Thread.sleep(TIME.multipliedBy(4).dividedBy(5));
                assertThat(heapBytes(s3) - memory).as("growth of the heap").isLessThan(MAX_GROWTH_BYTES);
                assertThat(descriptors() - descriptors).as("more descriptors").isLessThan(MAX_MORE_DESCRIPTORS);
                stopping.set(true);
                edge.close();
            } finally {
                over.set(true);
            }
            for (Future<?> client : all) {
                client.get(30, TimeUnit.SECONDS);
            }
            System.out.println("soak: " + answers + " answers in " + TIME.toSeconds() + " s");
        }
    }

    private Void askOn(int port, Random random) throws IOException {
        while (!over.get()) {
            try {
                ask(port, random);
                answers.incrementAndGet();
            } catch (SocketException refused) {
                assertThat(stopping).as("refused while the edge serves").isTrue();
                return null;
            }
        }
        return null;
    }

    private void ask(int port, Random random) throws IOException {
        String name = "f" + random.nextInt(FILES) + ".bin";
        byte[] bytes = Objects.requireNonNull(files.get(name));
        Answer answer;
        switch (random.nextInt(6)) {
            case 0 -> {
                int first = random.nextInt(bytes.length);
                int last = first + random.nextInt(bytes.length - first);
                answer = Answer.to(port, "GET", "/uploads/" + name, "Range: bytes=" + first + "-" + last);
                if (answer.status() == 206) {
                    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, first, last + 1));
                }
            }
            case 1 -> answer = Answer.to(port, "HEAD", "/uploads/" + name);
            case 2 -> answer = Answer.to(port, "GET", "/uploads/missing-" + random.nextInt() + ".jpg");
            case 3 -> answer = Answer.to(port, "GET", "/uploads/" + name, "If-None-Match: *");
            default -> {
                answer = Answer.to(port, "GET", "/uploads/" + name);
                if (answer.status() == 200) {
                    assertThat(answer.body()).isEqualTo(bytes);
                }
            }
        }
        boolean unanswered = answer.status() == 0 || answer.status() == 503;
        assertThat(unanswered && !stopping.get())
                .as("%s %s", name, answer.status())
                .isFalse();
        assertThat(answer.whole() || answer.status() == 0)
                .as("whole: %s %s", name, answer.headers())
                .isTrue();
        assertThat(answer.status()).isIn(0, 200, 206, 304, 404, 503);
    }

    /// Without what the front before S3 has written down of every request.
    private static long heapBytes(S3Fixture s3) {
        s3.front().reset();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
