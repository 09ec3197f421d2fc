package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several threads and several hosts on the same file at the same moment.
@Timeout(120)
final class RaceTest {

    @TempDir
    Path data;

    private TestFileSystem store;

    @BeforeEach
    void start() throws IOException {
        store = TestFileSystem.start(data);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private static <T> List<T> atOnce(int threads, Callable<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tasks.add(() -> {
                start.await(20, TimeUnit.SECONDS);
                return task.call();
            });
        }
        List<T> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (Future<T> result : executor.invokeAll(tasks)) {
                results.add(result.get());
            }
        }
        return results;
    }

    @Test
    void exclusiveCreationByEightThreadsHasOneWinnerEveryTime() throws Exception {
        for (int round = 0; round < 10; round++) {
            Path file = store.path("/new" + round);
            List<Boolean> won = atOnce(8, () -> {
                try {
                    Files.writeString(file, "mine", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    return true;
                } catch (FileAlreadyExistsException e) {
                    return false;
                }
            });
            assertThat(won).as("round %s", round).containsOnlyOnce(true);
        }
    }

    @Test
    void copyThatMustNotReplaceHasOneWinner() throws Exception {
        Path source = Files.writeString(store.path("/source"), "meow");
        List<Boolean> won = atOnce(8, () -> {
            FileSystem host = store.host();
            try {
                Files.copy(host.getPath("/source"), host.getPath("/copy"));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        });

        assertThat(won).containsOnlyOnce(true);
        assertThat(Files.readString(source.resolveSibling("copy"))).isEqualTo("meow");
    }

    @Test
    void noneOfOneHundredAndSixtyIncrementsIsLost() throws Exception {
        Path counter = Files.writeString(store.path("/counter"), "0");
        atOnce(8, () -> {
            for (int i = 0; i < 20; i++) {
                increment(counter);
            }
            return true;
        });

        assertThat(Files.readString(counter)).isEqualTo("160");
    }

    private static void increment(Path counter) throws IOException {
        while (true) {
            String version = S3Files.version(counter);
            int value = Integer.parseInt(Files.readString(counter));
            if (!S3Files.version(counter).equals(version)) {
                continue; // the value may be of another version
            }
            try {
                S3Files.replace(
                        counter,
                        version,
                        out -> out.write(Integer.toString(value + 1).getBytes(StandardCharsets.UTF_8)));
                return;
            } catch (FileSystemException e) {
                // Another thread was faster.
            }
        }
    }

    @Test
    void everyReadIsWhollyOfOneVersionWhileTwoHostsWrite() throws Exception {
        int size = 200_000;
        Files.write(store.path("/f"), new byte[size]);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> readers = Stream.generate(() -> store.host().getPath("/f"))
                    .limit(10)
                    .map(path -> threads.submit(() -> {
                        int reads = 0;
                        while (!done.get()) {
                            byte[] bytes = Files.readAllBytes(path);
                            byte[] whole = new byte[size];
                            Arrays.fill(whole, bytes[0]);
                            assertThat(bytes).isEqualTo(whole);
                            reads++;
                        }
                        return reads;
                    }))
                    .toList();
            List<Future<Boolean>> writers = Stream.generate(() -> store.host().getPath("/f"))
                    .limit(2)
                    .map(path -> threads.submit(() -> {
                        for (int i = 0; i < 25; i++) {
                            byte[] bytes = new byte[size];
                            Arrays.fill(bytes, (byte) i);
                            Files.write(path, bytes);
                        }
                        return true;
                    }))
                    .toList();
            for (Future<Boolean> writer : writers) {
                writer.get();
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    @Test
    void slowerOfTwoEditorsIsToldAndNothingIsLost() throws IOException {
        Path mine = Files.writeString(store.path("/f"), "0000");
        Path theirs = store.host().getPath("/f");

        try (SeekableByteChannel channel =
                Files.newByteChannel(mine, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ContractFolder.bytes("1"));
            Files.writeString(theirs, "2222");
            assertThat(catching(channel::close)).isInstanceOf(FileSystemException.class);
        }
        assertThat(Files.readString(theirs)).isEqualTo("2222");
    }

    @Test
    void changeOfAnotherHostIsSeenWithinASecond() throws Exception {
        Path here = store.path("/f");
        Path there = store.host().getPath("/f");
        assertThat(Files.exists(here)).isFalse();
        Files.writeString(there, "meow");
        long start = System.nanoTime();

        Eventually.await("the other host's file is seen", () -> Files.exists(here));

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(1500);
        assertThat(Files.readString(here)).isEqualTo("meow");
    }

    private static Throwable catching(ThrowingCallable call) {
        return catchThrowable(call);
    }
}
