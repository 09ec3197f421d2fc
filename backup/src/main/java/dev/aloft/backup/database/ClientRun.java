package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Program;
import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of a client program.
///
/// The program reads its credentials from an open file that has no name any more: a shell opens a private temporary
/// file, deletes it, and becomes the program. The caller closes the run, which kills a program that still runs.
final class ClientRun implements AutoCloseable {

    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final int KEPT_LINES = 20;

    /// Opens the file, deletes it, and becomes the program.
    private static final String BECOME = "exec 3<\"$1\" && rm -f \"$1\" && shift && exec \"$@\"";

    /// The same with an end as soon as the standard input ends, so that the program does not outlive this process.
    private static final String GUARD = """
            exec 3<"$1" && rm -f "$1" && shift || exit 70
            exec 4<&0
            "$@" </dev/null 4<&- &
            program=$!
            (exec 3<&-; cat <&4 >/dev/null; kill "$program") >/dev/null 2>&1 &
            guard=$!
            wait "$program"
            code=$?
            kill "$guard" 2>/dev/null
            exit $code
            """;

    private final String program;
    private final Process process;
    private final Path credentials;
    private final Deque<String> errors = new ArrayDeque<>();
    private final Thread errorReader;

    private ClientRun(String program, Process process, Path credentials) {
        this.program = program;
        this.process = process;
        this.credentials = credentials;
        this.errorReader = Thread.ofVirtual().start(this::readErrors);
    }

    /// Starts a program with its standard input, output and errors as pipes.
    static ClientRun start(DatabaseAccess access, Tool tool, List<String> arguments) throws IOException {
        return start(access, tool, arguments, BECOME);
    }

    /// The same; the program ends when its standard input is closed, which it does not read.
    static ClientRun startGuarded(DatabaseAccess access, Tool tool, List<String> arguments) throws IOException {
        return start(access, tool, arguments, GUARD);
    }

    private static ClientRun start(DatabaseAccess access, Tool tool, List<String> arguments, String script)
            throws IOException {
        Program program = access.programs().locate(tool);
        Path credentials = Files.createTempFile(
                "aloft-", ".cnf", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(credentials, access.options(), UTF_8);
            List<String> words = new ArrayList<>(List.of(
                    "/bin/sh",
                    "-c",
                    script,
                    "sh",
                    credentials.toString(),
                    program.path().toString(),
                    "--defaults-file=/dev/fd/3"));
            words.addAll(program.maker().connectOptions());
            words.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.environment().put("TZ", "UTC");
            return new ClientRun(String.valueOf(program.path().getFileName()), builder.start(), credentials);
        } catch (IOException e) {
            Files.deleteIfExists(credentials);
            throw new DatabaseException(
                    Kind.MACHINE,
                    "cannot start " + program.path() + ": " + e.getMessage(),
                    "check the folder for temporary" + " files " + credentials.getParent() + " and the program");
        }
    }

    InputStream output() {
        return process.getInputStream();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /// Waits for the end, but not longer than this.
    void await(Duration time) throws InterruptedIOException {
        try {
            process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + program);
        }
    }

    /// Waits for the end, and fails if the program did.
    ///
    /// @param attempt for the message: `dump`
    void requireSuccess(String attempt) throws IOException {
        requireSuccess(attempt, END_LIMIT);
    }

    /// The same with another limit, for a program whose last statement may take its time.
    void requireSuccess(String attempt, Duration limit) throws IOException {
        int code = awaitEnd(limit);
        if (code != 0) {
            throw failure(attempt, "exit status " + code);
        }
    }

    /// Waits for the end and gives the exit status; a program that does not end is killed.
    int awaitEnd(Duration limit) throws InterruptedIOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
            int code = process.waitFor();
            errorReader.join(END_LIMIT);
            return code;
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + program);
        }
    }

    /// The failure of the program in its own words.
    DatabaseException failure(String attempt, String how) {
        return ClientErrors.failure(attempt, program, how, lastErrors());
    }

    /// The last lines that it wrote to its standard error.
    List<String> lastErrors() {
        synchronized (errors) {
            return List.copyOf(errors);
        }
    }

    /// Ends the program at once.
    void kill() {
        process.destroyForcibly();
    }

    private void readErrors() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
            lines.lines().forEach(line -> {
                synchronized (errors) {
                    errors.add(line);
                    if (errors.size() > KEPT_LINES) {
                        errors.removeFirst();
                    }
                }
            });
        } catch (IOException | UncheckedIOException endedMeanwhile) {
            // its exit status says how
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        try {
            process.getOutputStream().close();
        } catch (IOException brokenPipe) {
            // of a program that has ended
        } finally {
            Files.deleteIfExists(credentials);
        }
    }
}
