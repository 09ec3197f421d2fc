package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Statements for a server, run by the client program.
final class SqlQuery {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(10);
    private static final int MAX_RESULT_BYTES = 16 << 20;

    /// No answer to a connect within so many seconds means that the server is away.
    static final String CONNECT_LIMIT = "--connect-timeout=10";

    private SqlQuery() {}

    /// Arguments of the client program that reads statements from its input.
    static List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                CONNECT_LIMIT,
                "--default-character-set=utf8mb4",
                "--batch",
                "--skip-column-names",
                "--skip-reconnect",
                "--loose-sandbox",
                "--max-allowed-packet=1G"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /// Runs statements and gives the rows of their results, each split at its columns.
    ///
    /// @param attempt for messages: `look at database wp`
    /// @param statements separated by semicolons
    /// @param more arguments of the client program, such as the database to use
    static List<List<String>> rows(DatabaseAccess access, String attempt, String statements, String... more)
            throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (ClientRun run = ClientRun.start(access, Tool.SQL, arguments(more))) {
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, SILENCE_LIMIT, () -> {
                send(run, statements);
                new String(transfer.heard().readNBytes(MAX_RESULT_BYTES), UTF_8)
                        .lines()
                        .map(line -> List.of(line.split("\t", -1)))
                        .forEach(rows::add);
            });
            run.requireSuccess(attempt);
        }
        return rows;
    }

    /// A program that has ended does not read; its exit status says why.
    private static void send(ClientRun run, String statements) {
        try (OutputStream input = run.input()) {
            input.write(statements.getBytes(UTF_8));
        } catch (IOException endedWithoutReading) {
            // the result is empty then
        }
    }

    /// A name as SQL quotes it.
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
