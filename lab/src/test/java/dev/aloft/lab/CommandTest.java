package dev.aloft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class CommandTest {

    @Test
    void outputIsReturned() throws IOException {
        assertThat(Command.of("echo", "a b", "*").run()).isEqualTo("a b *");
    }

    @Test
    void programGetsEnvironmentFolderAndInput(@TempDir Path folder) throws IOException {
        Command command = Command.of("sh", "-c", "echo $COLOUR; pwd; cat")
                .withEnvironment("COLOUR", "red")
                .withFolder(folder)
                .withInput("text");

        assertThat(command.run()).isEqualTo("red\n" + folder.toRealPath() + "\ntext");
    }

    @Test
    void programWithoutInputReadsNothing() throws IOException {
        assertThat(Command.of("cat").run()).isEmpty();
    }

    @Test
    void failureNamesCommandStatusAndLastLines() {
        assertThatThrownBy(() -> Command.of("sh", "-c", "seq 1 50; echo no such thing >&2; exit 3")
                        .run())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("sh -c ")
                .hasMessageContaining("exit status 3")
                .hasMessageContaining("\n  50\n")
                .hasMessageEndingWith("no such thing")
                .hasMessageNotContaining("\n  7\n");
    }

    @Test
    void acceptedStatusIsNoFailure() throws IOException {
        assertThat(Command.of("sh", "-c", "echo found; exit 1").accepting(1).run())
                .isEqualTo("found");
    }

    @Test
    void missingProgramIsNamed() {
        assertThatThrownBy(() -> Command.of("no-such-program").run()).hasMessageContaining("no-such-program");
    }

    @Test
    void programIsKilledAtTheLimit() {
        Instant start = Instant.now();

        assertThatThrownBy(() -> Command.of("sh", "-c", "echo started; sleep 25; true")
                        .withLimit(Duration.ofMillis(300))
                        .run())
                .hasMessageContaining("not done within")
                .hasMessageContaining("started");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void whatTheProgramKeepsStartingIsKilledWithIt() throws Exception {
        String mark = "86.4" + ProcessHandle.current().pid();
        String starter = "for i in 1 2 3 4 5 6 7 8 9 10; do for j in 1 2 3 4 5 6 7 8 9 10; do sleep " + mark
                + " & done; /bin/true; done; wait";
        for (int limitMillis = 10; limitMillis < 200; limitMillis += 10) {
            Command command = Command.of("sh", "-c", starter).withLimit(Duration.ofMillis(limitMillis));

            assertThatThrownBy(command::run).hasMessageContaining("not done within");
            assertThat(commandLines()).noneMatch(line -> line.contains(mark));
        }
    }

    private static List<String> commandLines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    lines.add(Files.readString(process.resolve("cmdline")));
                } catch (IOException endedMeanwhile) {
                    lines.add("");
                }
            }
        }
        return lines;
    }

    @Test
    void interruptKillsTheProgram() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Command.of("sleep", "25").run()).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void inputLongerThanAPipeIsRefused() {
        assertThatThrownBy(() -> Command.of("cat").withInput("x".repeat(65 * 1024)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 KiB");
    }
}
