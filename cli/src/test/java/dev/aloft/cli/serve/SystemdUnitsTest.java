package dev.aloft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aloft.cli.CommandRun;
import dev.aloft.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service of the Debian package and the socket unit, as systemd reads them.
@Tag("slow")
final class SystemdUnitsTest {

    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    /// Tenths of systemd's exposure level, which counts from 0 (safe) to 10.
    private static final int MAX_EXPOSURE = 20;

    @TempDir
    private Path folder;

    @BeforeAll
    static void requireSystemd() {
        assumeTrue(Files.exists(ANALYZE), "systemd-analyze of the package systemd");
    }

    @Test
    void serviceAndSocketAreValid() throws IOException {
        Path configuration = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                region = "eu-central-1"

                [agent]
                admin = "127.0.0.1:9181"

                [edge]
                listen = ":8080"
                admin = "127.0.0.1:9180"

                [[site]]
                name = "site"
                bucket = "media"
                socket = "/run/aloft/site.sock"
                socket_group = "www-data"
                """);
        Path socket = Files.writeString(
                folder.resolve("aloft.socket"), CommandRun.done("socket-unit", "--config", configuration.toString()));

        assertThat(analyze("verify", "--man=no", service().toString(), socket.toString()))
                .isEmpty();
    }

    @Test
    void theServiceIsConfined() throws IOException {
        assertThat(analyze(
                        "security",
                        "--offline=true",
                        "--threshold=" + MAX_EXPOSURE,
                        service().toString()))
                .contains("Overall exposure level for aloft.service");
    }

    /// The unit with a program that exists on this machine.
    private Path service() throws IOException {
        String unit = Files.readString(Path.of(System.getProperty("aloft.root"), "packaging/debian/aloft.service"));
        assertThat(unit).contains("ExecStart=/usr/bin/aloft ");
        return Files.writeString(
                folder.resolve("aloft.service"), unit.replace("ExecStart=/usr/bin/aloft ", "ExecStart=/bin/true "));
    }

    /// @return what it prints on both streams
    /// @throws IOException if it finds a fault
    private static String analyze(String... arguments) throws IOException {
        return Command.of(Stream.concat(
                                Stream.of("sh", "-c", "exec \"$@\" 2>&1", "sh", ANALYZE.toString()),
                                Stream.of(arguments))
                        .toList())
                .run();
    }
}
