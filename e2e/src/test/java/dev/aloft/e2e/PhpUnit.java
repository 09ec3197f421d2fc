package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of Debian's phpunit as a program of its own, which writes into a log.
final class PhpUnit {

    private static final int LIMIT_MINUTES = 20;
    private static final int LINES_OF_A_FAILURE = 80;

    private PhpUnit() {}

    /// Waits for its end, and demands that all tests have passed; else the message has the log's last lines.
    static void assertPasses(ProcessBuilder phpUnit, Path log) throws IOException, InterruptedException {
        Process process =
                phpUnit.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("phpunit ends within %d minutes", LIMIT_MINUTES)
                    .isTrue();
            assertThat(process.exitValue())
                    .as(() -> "phpunit's exit status\n" + lastLines(log))
                    .isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_A_FAILURE), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
