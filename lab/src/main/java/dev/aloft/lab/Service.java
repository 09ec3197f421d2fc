package dev.aloft.lab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server process of the lab: started, awaited until it answers, and stopped by its own process id.
///
/// Its output is appended to its log in the data folder. Its process id is kept there too: when our process is
/// killed hard, its servers stay, and the next start of the same service on the same folder stops them first.
///
/// Safe for use by many threads. The caller closes it.
public final class Service implements AutoCloseable {

    /// Says whether the server answers; a refusal to connect means not yet.
    @FunctionalInterface
    public interface Probe {
        /// Asks the server once.
        ///
        /// @throws IOException as good as false: not yet
        boolean answers() throws IOException;
    }

    private static final Duration PROBE_INTERVAL = Duration.ofMillis(20);
    /// Time that a server has for an orderly stop.
    static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int LINES_OF_A_FAILURE = 12;

    private final String name;
    private final Process process;
    private final Path processId;

    private Service(String name, Process process, Path processId) {
        this.name = name;
        this.process = process;
        this.processId = processId;
    }

    /// Starts a server that stays in the foreground, and waits until it answers.
    ///
    /// @param name what it is, for its log's and its process id's names
    /// @param probe asked every 20 ms
    /// @param limit how long it may take until it answers
    /// @throws IOException when it ends or does not answer within the limit; the message has its log's last lines
    public static Service start(DataFolder data, String name, Command command, Probe probe, Duration limit)
            throws IOException {
        Path log = data.log(name);
        Path processId = data.processId(name);
        RunningProcess.stopLeftOver(processId, STOP_LIMIT);
        ProcessBuilder.Redirect appended = ProcessBuilder.Redirect.appendTo(log.toFile());
        Process process = command.start(appended, appended);
        Service service = new Service(name, process, processId);
        try {
            RunningProcess.of(process.toHandle()).write(processId);
            service.await(probe, limit, log);
            return service;
        } catch (IOException | RuntimeException e) {
            service.close();
            throw e;
        }
    }

    /// The server's process id.
    public long pid() {
        return process.pid();
    }

    /// Returns true while the server's process runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Asks the server to end (SIGTERM) and waits up to 20 s; then kills it and its children. Closing twice does
    /// nothing. An interrupt does not shorten the wait, since a server that is killed leaves its children behind.
    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        awaitEnd();
        if (process.isAlive()) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(processId);
    }

    private void awaitEnd() {
        long end = System.nanoTime() + STOP_LIMIT.toNanos();
        boolean interrupted = false;
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Probe probe, Duration limit, Path log) throws IOException {
        Instant end = Instant.now().plus(limit);
        while (!answers(probe)) {
            if (!process.isAlive()) {
                throw failure("ended with status " + process.exitValue(), log);
            }
            if (Instant.now().isAfter(end)) {
                throw failure("did not answer within " + limit.toSeconds() + " s", log);
            }
            pause();
        }
    }

    private static boolean answers(Probe probe) {
        try {
            return probe.answers();
        } catch (IOException notYet) {
            return false;
        }
    }

    private void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PROBE_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + name + " to answer");
        }
    }

    private IOException failure(String how, Path log) throws IOException {
        return new IOException("cannot start " + name + ": it " + how + "; the end of " + log + ":\n  "
                + String.join("\n  ", LastLines.of(log, LINES_OF_A_FAILURE)));
    }
}
