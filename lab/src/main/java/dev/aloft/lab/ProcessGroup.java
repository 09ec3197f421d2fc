package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The processes of one group: a program that was started in a session of its own, with all that it has started.
///
/// @param leader the program's process id, which is the group's
record ProcessGroup(long leader) {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
    private static final Path PROCESSES = Path.of("/proc");

    /// Kills every member at once, those too that are just being started, and waits for their ends.
    ///
    /// @param limit how long to wait
    /// @throws InterruptedException when this thread is interrupted while it waits; the members have been killed
    void kill(Duration limit) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + leader + " 2>/dev/null")
                .start()
                .waitFor();
        long end = System.nanoTime() + limit.toNanos();
        while (isRunning() && System.nanoTime() < end) {
            Thread.sleep(POLL_INTERVAL);
        }
    }

    /// Returns true while a member runs. A member that has exited but was not reaped yet does not count.
    boolean isRunning() throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (isRunningMember(process.resolve("stat"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Reads `pid (command) state parent group …`; a command may have spaces and parentheses. See proc(5).
    private boolean isRunningMember(Path status) {
        String line;
        try {
            line = Files.readString(status, ISO_8859_1);
        } catch (IOException endedMeanwhile) {
            return false;
        }
        String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", 4);
        return Long.parseLong(fields[2]) == leader && !fields[0].equals("Z") && !fields[0].equals("X");
    }
}
