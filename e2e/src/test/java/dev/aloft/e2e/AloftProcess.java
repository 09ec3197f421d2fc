package dev.aloft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// An `aloft` command as people run it: the script at the top of the repository, as a process of its own.
///
/// Its output is in two files. The caller closes it, which ends it and all processes that it has started.
final class AloftProcess implements AutoCloseable {

    /// The first command of a test run builds what has changed since the last build.
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(20);

    private static final Set<String> BUILT = ConcurrentHashMap.newKeySet();
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(100);

    private final Process process;
    private final Path output;
    private final Path errors;
    private final Set<ProcessHandle> family = new LinkedHashSet<>();

    private AloftProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// @param folder gets the two files
    /// @param environment variables beside our own
    static AloftProcess start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        build(arguments[0]);
        Path output = Files.createTempFile(folder, "aloft-", ".out");
        Path errors = Files.createTempFile(folder, "aloft-", ".err");
        // A shell's background jobs ignore SIGINT, and their children inherit that.
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
        words.add(Checkout.folder("aloft").toString());
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        return new AloftProcess(builder.start(), output, errors);
    }

    /// Has the launcher build the program of this command, so that no limit of a test includes the build.
    private static synchronized void build(String command) throws IOException {
        if (!BUILT.add(command)) {
            return;
        }
        Process build = new ProcessBuilder(Checkout.folder("aloft").toString(), "help", command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!build.waitFor(BUILD_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || build.exitValue() != 0) {
                throw new IOException("aloft could not be built within " + BUILD_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while building aloft", e);
        } finally {
            build.descendants().forEach(ProcessHandle::destroyForcibly);
            build.destroyForcibly();
        }
    }

    /// The lines on standard output so far.
    List<String> output() throws IOException {
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    /// The lines on standard error so far: progress and log.
    List<String> errors() throws IOException {
        return Files.readAllLines(errors, StandardCharsets.UTF_8);
    }

    /// Waits for a line on standard output that begins so, and gives it.
    String awaitOutput(String beginning, Duration limit) throws IOException, InterruptedException {
        return await(output, beginning, limit);
    }

    /// Waits for a line on standard error with this text in it, and gives it.
    String awaitError(String text, Duration limit) throws IOException, InterruptedException {
        return await(errors, text, limit);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Everything that it has started by now and that still runs.
    Set<ProcessHandle> descendants() {
        try (Stream<ProcessHandle> now = process.descendants()) {
            now.forEach(family::add);
        }
        family.removeIf(one -> !one.isAlive());
        return Set.copyOf(family);
    }

    /// Sends a signal, such as `TERM`, and waits for the end.
    ///
    /// @return the exit code
    int end(String signal) throws IOException, InterruptedException {
        descendants();
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        return awaitEnd();
    }

    /// Waits for the end.
    ///
    /// @return the exit code
    int awaitEnd() throws IOException, InterruptedException {
        return awaitEnd(EXIT_LIMIT);
    }

    /// Waits for the end of a command that has much to do.
    ///
    /// @return the exit code
    int awaitEnd(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("has not ended within " + limit);
        }
        return process.exitValue();
    }

    private String await(Path file, String text, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            descendants();
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (line.contains(text)) {
                    return line;
                }
            }
            if (!alive) {
                throw failure("has ended with " + process.exitValue() + " before it said: " + text);
            }
            if (System.nanoTime() > end) {
                throw failure("has not said within " + limit + ": " + text);
            }
            Thread.sleep(POLL_INTERVAL);
        }
    }

    private IOException failure(String what) throws IOException {
        return new IOException(
                "aloft " + what + "\n" + String.join("\n", output()) + "\n" + String.join("\n", errors()));
    }

    @Override
    public void close() {
        Set<ProcessHandle> rest = descendants();
        process.destroyForcibly();
        rest.forEach(ProcessHandle::destroy);
        try {
            for (ProcessHandle one : rest) {
                one.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | ExecutionException e) {
            rest.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            rest.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    /// The processes of this machine whose command line has this text in it.
    static List<String> withCommandLine(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.filter(e -> e.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String line = commandLine(entry.resolve("cmdline"));
                if (line.contains(text)) {
                    found.add(entry.getFileName() + " " + line);
                }
            }
        }
        return found;
    }

    private static String commandLine(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }
}
