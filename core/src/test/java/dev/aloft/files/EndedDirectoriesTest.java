package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class EndedDirectoriesTest {

    private static final FilePath DIRECTORY = FilePath.of("a/b");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final EndedDirectories ended = new EndedDirectories(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void everyDirectoryAboveMayHaveEnded() {
        ended.removed(FilePath.of("a/b/c.txt"));

        assertThat(ended.include(DIRECTORY)).isTrue();
        assertThat(ended.include(FilePath.of("a"))).isTrue();
        assertThat(ended.include(FilePath.of("a/b/c.txt"))).isFalse();
        assertThat(ended.include(FilePath.of("a/bc"))).isFalse();
    }

    @Test
    void directoryIsRemovedOnceAndThoseAboveStayForTheirTurn() {
        ended.removed(FilePath.of("a/b/c.txt"));
        pass(EndedDirectories.MEMORY_LIMIT.minusNanos(1));

        assertThat(ended.remove(DIRECTORY)).isTrue();
        assertThat(ended.remove(DIRECTORY)).isFalse();
        pass(EndedDirectories.MEMORY_LIMIT.minusNanos(1));
        assertThat(ended.remove(FilePath.of("a"))).isTrue();
    }

    @Test
    void memoryEnds() {
        ended.removed(FilePath.of("a/b/c.txt"));
        pass(EndedDirectories.MEMORY_LIMIT);

        assertThat(ended.include(DIRECTORY)).isFalse();
        assertThat(ended.remove(DIRECTORY)).isFalse();
    }

    @Test
    void newestAreRemembered() {
        for (int i = 0; i < EndedDirectories.MAX_DIRECTORIES; i++) {
            ended.removed(FilePath.of("top/" + i + "/file"));
        }

        assertThat(ended.include(FilePath.of("top"))).isTrue();
        assertThat(ended.include(FilePath.of("top/0"))).isFalse();
        assertThat(ended.include(FilePath.of("top/1"))).isTrue();
    }
}
