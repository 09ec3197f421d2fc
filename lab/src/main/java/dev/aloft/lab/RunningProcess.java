package dev.aloft.lab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process as a file remembers it: process ids are used again, so with its program and the moment of its start.
///
/// @param pid the process id
/// @param program the path of its executable, empty when the system does not tell
/// @param start when it started; the system reports it in steps and may correct its clock
record RunningProcess(long pid, String program, Instant start) {

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    static RunningProcess of(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        return new RunningProcess(
                process.pid(), info.command().orElse(""), info.startInstant().orElse(Instant.EPOCH));
    }

    /// Stops the process that a file remembers, if it still runs, with its children; then removes the file.
    static void stopLeftOver(Path file, Duration limit) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Optional<ProcessHandle> found = read(file).flatMap(RunningProcess::find);
        if (found.isPresent()) {
            stop(found.get(), limit);
        }
        Files.deleteIfExists(file);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, pid + "\n" + start.toEpochMilli() + "\n" + program + "\n");
    }

    /// The process, if it is still the same one.
    Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid).filter(candidate -> {
            RunningProcess now = of(candidate);
            return now.program().equals(program)
                    && Duration.between(now.start(), start).abs().compareTo(CLOCK_TOLERANCE) <= 0;
        });
    }

    private static Optional<RunningProcess> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        try {
            return Optional.of(new RunningProcess(
                    Long.parseLong(lines.get(0)), lines.get(2), Instant.ofEpochMilli(Long.parseLong(lines.get(1)))));
        } catch (NumberFormatException | IndexOutOfBoundsException halfWritten) {
            return Optional.empty();
        }
    }

    private static void stop(ProcessHandle process, Duration limit) throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IOException("cannot stop process " + process.pid() + " of an earlier start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while stopping process " + process.pid());
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
