package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One run of an external program, without a shell. Immutable: each `with` method gives a changed copy.
///
/// The program inherits our environment, and is found along `PATH` and in the folders of system programs, which an
/// ordinary user's `PATH` may lack. A run is bounded by its time limit, after which the program is killed with all that
/// it has started, so it runs in a session of its own. Words may appear in messages and to other users: secrets belong
/// into the environment or the input.
///
/// @param words the program and its arguments
/// @param environment variables beside our own
/// @param folder where it works
/// @param input what it reads from its standard input, at most what a pipe holds, 64 KiB
/// @param limit how long a run may take
/// @param accepted the exit statuses that are no failure
public record Command(
        List<String> words,
        Map<String, String> environment,
        Path folder,
        String input,
        Duration limit,
        Set<Integer> accepted) {

    private static final int INPUT_BYTES = 64 * 1024;
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final int LINES_OF_A_FAILURE = 12;
    private static final List<Path> SYSTEM_FOLDERS =
            List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    /// @throws IllegalArgumentException when there is no program or the input is too long
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        accepted = Set.copyOf(accepted);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (input.getBytes(UTF_8).length > INPUT_BYTES) {
            throw new IllegalArgumentException("the input of " + words.getFirst() + " is longer than 64 KiB");
        }
    }

    /// A program and its arguments, in the current folder, with a minute's time.
    public static Command of(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of(arguments));
        return of(words);
    }

    /// As [#of(String, String...)], from a list that begins with the program.
    public static Command of(List<String> words) {
        return new Command(words, Map.of(), Path.of(""), "", DEFAULT_LIMIT, Set.of(0));
    }

    /// With one more variable in the program's environment.
    public Command withEnvironment(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Command(words, more, folder, input, limit, accepted);
    }

    /// With another working folder.
    public Command withFolder(Path workingFolder) {
        return new Command(words, environment, workingFolder, input, limit, accepted);
    }

    /// With a text to read from its standard input; at most what a pipe holds, 64 KiB.
    public Command withInput(String text) {
        return new Command(words, environment, folder, text, limit, accepted);
    }

    /// With another time limit.
    public Command withLimit(Duration timeLimit) {
        return new Command(words, environment, folder, input, timeLimit, accepted);
    }

    /// With one more exit status that is no failure, beside 0.
    public Command accepting(int exitStatus) {
        return new Command(words, environment, folder, input, limit, Set.of(0, exitStatus));
    }

    /// Runs the program to its end and gives what it wrote to standard output, without the last line's end.
    ///
    /// @throws IOException when it cannot be started, fails, or is not done within the limit; the message names the
    ///     program, how it ended and the last lines that it wrote
    /// @throws InterruptedIOException when this thread is interrupted; the program is then killed
    public String run() throws IOException {
        Path output = Files.createTempFile("aloft-", ".out");
        Path errors = Files.createTempFile("aloft-", ".err");
        try {
            Process process = start(
                    List.of(locate("setsid")),
                    ProcessBuilder.Redirect.to(output.toFile()),
                    ProcessBuilder.Redirect.to(errors.toFile()));
            await(process);
            if (!accepted.contains(process.exitValue())) {
                throw failure("exit status " + process.exitValue(), output, errors);
            }
            return Files.readString(output, UTF_8).stripTrailing();
        } catch (TimeLimitException e) {
            throw failure("not done within " + limit.toSeconds() + " s", output, errors);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    /// Starts the program with these outputs. The caller ends it.
    Process start(ProcessBuilder.Redirect output, ProcessBuilder.Redirect errors) throws IOException {
        return start(List.of(), output, errors);
    }

    private Process start(List<String> launcher, ProcessBuilder.Redirect output, ProcessBuilder.Redirect errors)
            throws IOException {
        List<String> all = new ArrayList<>(launcher);
        all.add(locate(words.getFirst()));
        all.addAll(words.subList(1, words.size()));
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(folder.toAbsolutePath().toFile())
                .redirectOutput(output)
                .redirectError(errors);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (OutputStream text = process.getOutputStream()) {
            text.write(input.getBytes(UTF_8));
        } catch (IOException endedWithoutReading) {
            // its exit status says why
        }
        return process;
    }

    private void await(Process process) throws IOException, TimeLimitException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                throw new TimeLimitException();
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + words.getFirst());
        }
    }

    private IOException failure(String how, Path output, Path errors) throws IOException {
        List<String> lines = new ArrayList<>(LastLines.of(output, LINES_OF_A_FAILURE));
        lines.addAll(LastLines.of(errors, LINES_OF_A_FAILURE));
        return new IOException(String.join(" ", words) + ": " + how + (lines.isEmpty() ? ", nothing written" : ":\n  ")
                + String.join("\n  ", lines));
    }

    /// Kills the program with all that it has started, and waits for their ends. By their group, because a list of its
    /// descendants lacks those that it starts meanwhile.
    private static void kill(Process process) throws IOException {
        process.destroyForcibly(); // which is all where it has not opened its session yet
        try {
            new ProcessGroup(process.pid()).kill(KILL_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String locate(String program) throws IOException {
        if (program.contains("/")) {
            return program;
        }
        List<Path> folders = new ArrayList<>();
        for (String entry :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            folders.add(Path.of(entry));
        }
        folders.addAll(SYSTEM_FOLDERS);
        return folders.stream()
                .map(candidate -> candidate.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("cannot run " + program + ": there is no such program in PATH"))
                .toString();
    }

    private static final class TimeLimitException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
