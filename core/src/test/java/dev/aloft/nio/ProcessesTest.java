package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two processes, as two hosts; and programs that are not started as a test is.
@Timeout(120)
final class ProcessesTest {

    private static final Duration PROMISE = Duration.ofSeconds(1);

    @TempDir
    Path data;

    @Test
    void changeOfAnotherProcessIsSeenWithinASecondAndReadAtOnce() throws Exception {
        try (TestFileSystem store = TestFileSystem.start(data);
                HostProcess other = HostProcess.start(store.front().endpoint(), 128)) {
            Path file = store.path("/f");
            Duration worst = Duration.ZERO;
            for (int round = 0; round < 3; round++) {
                worst = max(worst, staleness(other, "write /f meow", file, Files::exists));
                assertThat(Files.readString(file)).isEqualTo("meow");
                worst = max(worst, staleness(other, "write /f longer", file, f -> size(f) == 6));
                assertThat(Files.readString(file)).isEqualTo("longer");
                worst = max(worst, staleness(other, "delete /f", file, f -> !Files.exists(f)));
            }
            System.out.println("staleness between two processes: " + worst.toMillis() + " ms at most");
            assertThat(worst).isLessThan(PROMISE);

            Files.writeString(file, "back");
            assertThat(other.ask("read /f")).isEqualTo("back");
        }
    }

    @Test
    void writersBeyondTheMemoryForThemAreToldSoAndTheProgramGoesOn() throws Exception {
        try (TestFileSystem store = TestFileSystem.start(data);
                HostProcess program = HostProcess.start(store.front().endpoint(), 256)) {
            assertThat(program.ask("writers / 225"))
                    .matches("6\\d are open: .*this program uses its whole share of the bytes of memory for bodies .*");
            assertThat(program.ask("write /f meow")).startsWith("done");
            assertThat(program.ask("read /f")).isEqualTo("meow");
        }
    }

    /// The time after a change during which a reader that had just looked still got the old state: from the
    /// other's word that it is done to the last question that was answered so.
    private static Duration staleness(HostProcess other, String change, Path file, Predicate<Path> seen)
            throws Exception {
        assertThat(seen.test(file)).as("%s, seen before", change).isFalse();
        assertThat(other.ask(change)).startsWith("done");
        long done = System.nanoTime();
        long lastStale = done;
        for (long asked = System.nanoTime(); !seen.test(file); asked = System.nanoTime()) {
            lastStale = asked;
            assertThat(Duration.ofNanos(asked - done))
                    .as("%s, not seen", change)
                    .isLessThan(PROMISE.multipliedBy(5));
            Thread.sleep(1);
        }
        return Duration.ofNanos(lastStale - done);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /// The paths of so many entries alone would not fit the process's memory.
    @Test
    void directoryOfThreeHundredThousandFilesIsListedInLittleMemory() throws IOException {
        try (HugeDirectory huge = HugeDirectory.start(300_000);
                HostProcess host = HostProcess.start(huge.endpoint(), 48)) {
            assertThat(host.ask("count /d")).isEqualTo("300000");
            assertThat(huge.requests()).isEqualTo(300);
        }
    }

    @Test
    void programInAClassLoaderOfItsOwnOpensABucket() throws IOException {
        try (TestFileSystem store = TestFileSystem.start(data);
                HostProcess program = HostProcess.startInALoader(store.front().endpoint())) {
            assertThat(program.ask("write /f meow")).isEqualTo("done /f");
            assertThat(Files.readString(store.path("/f"))).isEqualTo("meow");
        }
    }
}
