package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Random operations on S3 and on a model in memory at once: every answer is equal, and so is the whole tree
/// after every step. A failure names the seed, and the shortest part of the sequence that still fails.
@Timeout(600)
final class RandomOperationsTest {

    @TempDir
    Path data;

    private final AtomicInteger runs = new AtomicInteger();
    private TestFileSystem store;

    @BeforeEach
    void start() throws IOException {
        store = TestFileSystem.start(data);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void everyStepEqualsTheModel() throws IOException {
        for (long seed = 1; seed <= 4; seed++) {
            requireEqual(seed, 60, store.fileSystem());
        }
    }

    @Tag("slow")
    @Test
    void everyStepOfThousandsEqualsTheModel() throws IOException {
        for (long seed = 100; seed < 130; seed++) {
            requireEqual(seed, 100, store.fileSystem());
        }
    }

    @Tag("slow")
    @Test
    void everyStepOfSeveralThreadsEqualsTheModelOfEach() throws Exception {
        List<Callable<Boolean>> threads = IntStream.range(0, 4)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    FileSystem host = thread % 2 == 0 ? store.fileSystem() : store.host();
                    for (long seed = 1000 + 10L * thread; seed < 1005 + 10L * thread; seed++) {
                        requireEqual(seed, 80, host);
                    }
                    return true;
                })
                .toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads.size())) {
            for (Future<Boolean> thread : executor.invokeAll(threads)) {
                assertThat(thread.get()).isTrue();
            }
        }
    }

    private void requireEqual(long seed, int count, FileSystem host) throws IOException {
        List<RandomOperation> sequence = RandomOperation.sequence(new Random(seed), count);
        if (difference(sequence, host) != null) {
            throw new AssertionError(report(seed, sequence, host));
        }
    }

    /// Drops every step without which the sequence still fails.
    private String report(long seed, List<RandomOperation> failing, FileSystem host) throws IOException {
        List<RandomOperation> shortest = new ArrayList<>(failing);
        for (int i = shortest.size() - 1; i >= 0; i--) {
            RandomOperation step = shortest.remove(i);
            if (difference(shortest, host) == null) {
                shortest.add(i, step);
            }
        }
        String steps = shortest.stream().map(RandomOperation::toString).collect(Collectors.joining("\n"));
        return "seed " + seed + ", shortened to:\n" + steps + "\n" + difference(shortest, host);
    }

    /// The first difference between S3 and the model, or null.
    private @Nullable String difference(List<RandomOperation> sequence, FileSystem host) throws IOException {
        Path folder = host.getPath("/run" + runs.incrementAndGet());
        Files.createDirectory(folder);
        ReferenceTree model = new ReferenceTree();
        for (RandomOperation step : sequence) {
            String expected = step.onModel(model);
            String found = step.onFiles(folder);
            if (!expected.equals(found)) {
                return step + ": expected " + expected + ", found " + found;
            }
            List<String> tree = snapshot(folder);
            if (!model.snapshot().equals(tree)) {
                return "after " + step + ": expected " + model.snapshot() + ", found " + tree;
            }
        }
        return null;
    }

    private static List<String> snapshot(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk.skip(1)::iterator) {
                String name = folder.relativize(path).toString();
                lines.add(Files.isDirectory(path) ? name + "/" : name + "=" + Files.readString(path));
            }
        }
        return lines.stream().sorted().toList();
    }
}
