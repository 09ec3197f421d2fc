package dev.aloft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServiceTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Command SLEEPER = Command.of("sh", "-c", "echo ready; exec sleep 50");

    @TempDir
    Path folder;

    private DataFolder data;

    @BeforeEach
    void open() throws IOException {
        data = DataFolder.open(folder);
    }

    @AfterEach
    void close() throws IOException {
        data.close();
    }

    @Test
    void serverIsAwaitedAndStopped() throws IOException {
        Service service = Service.start(data, "sleeper", SLEEPER, this::wroteReady, LIMIT);
        long pid = service.pid();

        assertThat(service.isAlive()).isTrue();
        service.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(data.processId("sleeper")).doesNotExist();
        service.close();
    }

    @Test
    void serverThatEndsWhileStartingIsExplainedByItsLog() {
        assertThatThrownBy(() -> Service.start(
                        data, "broken", Command.of("sh", "-c", "echo no such table >&2; exit 4"), () -> false, LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot start broken")
                .hasMessageContaining("status 4")
                .hasMessageContaining("no such table");
    }

    @Test
    void serverThatNeverAnswersIsStopped() {
        assertThatThrownBy(() -> Service.start(data, "mute", SLEEPER, () -> false, Duration.ofMillis(300)))
                .hasMessageContaining("did not answer")
                .hasMessageContaining("ready");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void childrenEndWithTheServer() throws IOException {
        Command parent = Command.of("sh", "-c", "sleep 50 & echo ready; wait");
        Service service =
                Service.start(data, "parent", parent, () -> log("parent").contains("ready"), LIMIT);

        service.close();

        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void serverOfAKilledProcessIsStoppedByTheNextStart() throws Exception {
        Process left = new ProcessBuilder("sleep", "50").start();
        RunningProcess.of(left.toHandle()).write(data.processId("sleeper"));

        try (Service service = Service.start(data, "sleeper", SLEEPER, this::wroteReady, LIMIT)) {
            assertThat(left.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(service.isAlive()).isTrue();
        }
    }

    @Test
    void processThatOnlyHasTheSameIdIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "50").start();
        try {
            RunningProcess itself = RunningProcess.of(stranger.toHandle());
            new RunningProcess(itself.pid(), itself.program(), Instant.EPOCH).write(data.processId("sleeper"));

            Service.start(data, "sleeper", SLEEPER, this::wroteReady, LIMIT).close();

            assertThat(stranger.isAlive()).isTrue();
            assertThat(new RunningProcess(itself.pid(), "/bin/other", itself.start()).find())
                    .isEqualTo(Optional.empty());
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void halfWrittenProcessIdIsIgnored() throws IOException {
        Files.writeString(data.processId("sleeper"), "12");

        Service.start(data, "sleeper", SLEEPER, this::wroteReady, LIMIT).close();

        assertThat(data.processId("sleeper")).doesNotExist();
    }

    private boolean wroteReady() throws IOException {
        return log("sleeper").contains("ready");
    }

    private String log(String name) throws IOException {
        return Files.readString(data.log(name));
    }
}
