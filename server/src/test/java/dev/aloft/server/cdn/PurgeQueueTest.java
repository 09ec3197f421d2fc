package dev.aloft.server.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PurgeQueueTest {

    @TempDir
    private Path folder;

    @Test
    void purgesKeepTheirOrderAndEachWaitsOnce() throws Exception {
        try (PurgeQueue queue = open()) {
            queue.add(purge("uploads/a.jpg"));
            queue.add(purge("uploads/b.jpg"));
            queue.add(purge("uploads/a.jpg"));

            assertThat(take(queue, 1)).containsExactly(purge("uploads/a.jpg"));
            queue.add(purge("uploads/a.jpg"));
            assertThat(take(queue, 9)).containsExactly(purge("uploads/b.jpg"), purge("uploads/a.jpg"));
        }
    }

    @Test
    void purgesThatWaitAndThoseUnderWayOutliveARestart() throws Exception {
        try (PurgeQueue queue = open()) {
            queue.add(purge("uploads/a é.jpg"));
            queue.add(CdnPurge.all("other"));
            queue.add(purge("uploads/b.jpg"));
            take(queue, 1);
            queue.delivered();
            take(queue, 1);
        }

        try (PurgeQueue queue = open()) {
            assertThat(take(queue, 9)).contains(CdnPurge.all("other"), purge("uploads/b.jpg"));
            queue.delivered();
        }

        try (PurgeQueue queue = open()) {
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void aSiteThatIsPurgedAsAWholeTakesNoMorePurges() throws Exception {
        try (PurgeQueue queue = open()) {
            queue.add(CdnPurge.all("shop"));
            queue.add(purge("uploads/a.jpg"));
            queue.add(CdnPurge.of("blog", "uploads/a.jpg"));

            assertThat(take(queue, 9)).containsExactly(CdnPurge.all("shop"), CdnPurge.of("blog", "uploads/a.jpg"));
        }
    }

    @Test
    void aFullQueuePurgesItsSitesAsAWhole() throws Exception {
        try (PurgeQueue queue = open()) {
            queue.add(CdnPurge.of("blog", "uploads/a.jpg"));
            for (int i = 0; i < PurgeQueue.MAX_WAITING; i++) {
                queue.add(purge("uploads/" + i + ".jpg"));
            }
            assertThat(queue.overflows()).isOne();
        }

        try (PurgeQueue queue = open()) {
            assertThat(take(queue, 9)).containsExactlyInAnyOrder(CdnPurge.all("shop"), CdnPurge.all("blog"));
        }
    }

    @Test
    void deliveredPurgesDoNotFillTheDisk() throws Exception {
        try (PurgeQueue queue = open()) {
            queue.add(purge("uploads/last.jpg"));
            for (int i = 0; i < 3 * PurgeQueue.MAX_WAITING; i++) {
                queue.add(purge("uploads/" + i + ".jpg"));
                take(queue, 1);
                queue.delivered();
            }
            assertThat(Files.size(folder.resolve("front.queue"))).isLessThan(30L * 2 * PurgeQueue.MAX_WAITING);
        }
    }

    @Test
    void aDamagedFilePurgesAllSites() throws Exception {
        for (String damage : List.of("shop\tuploads/cut-o", "??\n", "shop\t../x\n")) {
            Files.writeString(
                    folder.resolve("front.queue"),
                    "shop\tuploads/a.jpg\n" + damage,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING);

            try (PurgeQueue queue = open()) {
                assertThat(take(queue, 9)).containsExactly(CdnPurge.all("shop"), CdnPurge.all("blog"));
                queue.delivered();
            }
        }
    }

    @Test
    void twoProcessesCannotHaveOneQueue() throws Exception {
        try (PurgeQueue _ = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("front.queue is used");
        }
    }

    private PurgeQueue open() throws IOException {
        return PurgeQueue.open(folder, "front", List.of("shop", "blog"));
    }

    private static List<CdnPurge> take(PurgeQueue queue, int max) throws InterruptedException {
        return queue.take(max, Duration.ZERO);
    }

    private static CdnPurge purge(String file) {
        return CdnPurge.of("shop", file);
    }
}
