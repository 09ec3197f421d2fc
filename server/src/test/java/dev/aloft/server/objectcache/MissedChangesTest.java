package dev.aloft.server.objectcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
final class MissedChangesTest {

    private static final int ROUNDS = 1000;

    private final List<CacheCommand> change = List.of(new CacheCommand.Delete(new EntryKey("g", "a")));

    /// An outage ends at the moment at which the next one begins.
    @Test
    void theFileExistsExactlyAsLongAsAnOutage(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("away");
        MissedChanges missed = new MissedChanges(Optional.of(file));
        assertThat(missed.isLeftOver()).isFalse();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                boolean _ = missed.add(change);
                assertThat(missed.take()).hasSize(1);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Boolean> end = threads.submit(() -> {
                    start.await();
                    return missed.endIfEmpty();
                });
                Future<Boolean> begin = threads.submit(() -> {
                    start.await();
                    return missed.add(change);
                });
                boolean _ = end.get();
                boolean _ = begin.get();
                assertThat(file)
                        .as("round %d: an outage with a missed change", round)
                        .exists();
                assertThat(missed.take()).hasSize(1);
                assertThat(missed.endIfEmpty()).isTrue();
                assertThat(Files.exists(file)).isFalse();
            }
        }
    }
}
