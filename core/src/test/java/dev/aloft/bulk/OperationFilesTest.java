package dev.aloft.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.OperationFiles.Running;
import dev.aloft.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Operations under way, as another process reads them.
@Tag("unit")
@Timeout(60)
final class OperationFilesTest {

    @TempDir
    private Path folder;

    @Test
    void anOperationIsShownWithItsProgressUntilItEnds() throws Exception {
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        assertThat(files.read()).isEmpty();
        Progress progress = new Progress();
        try (OperationFiles.Shown _ = files.show("migrate in", progress)) {
            progress.begin("copying files");
            progress.copied(1_000);
            progress.passed();
            Eventually.await(
                    "the progress is shown", () -> files.read().stream().anyMatch(running -> running.files() == 2));
            Running running = files.read().getFirst();
            assertThat(running.name()).isEqualTo("migrate in");
            assertThat(running.phase()).isEqualTo("copying files");
            assertThat(List.of(running.copied(), running.bytes())).containsExactly(1L, 1_000L);
            assertThat(running.since()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        }
        assertThat(files.read()).isEmpty();
        try (Stream<Path> left = Files.list(files.folder())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theFileOfAKilledProcessIsIgnoredAndDeletedByTheNextOperation() throws Exception {
        OperationFiles files = new OperationFiles(folder);
        Path left = Files.writeString(folder.resolve("left.properties"), "name=migrate in\nsince=1\n");
        assertThat(files.read()).hasSize(1);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(OperationFiles.STALE.multipliedBy(2))));
        Files.writeString(folder.resolve("other.properties"), "files=many\n");

        assertThat(files.read()).isEmpty();
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            Eventually.await("the operation is shown", () -> files.read().size() == 1);
        }
        assertThat(left).doesNotExist();
    }

    @Test
    void anOperationThatCannotBeShownIsNotStopped() {
        OperationFiles files = new OperationFiles(folder.resolve("none/shop.operations"));
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            assertThat(files.read()).isEmpty();
        }
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
