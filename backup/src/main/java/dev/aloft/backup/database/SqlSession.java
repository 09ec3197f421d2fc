package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An open session with a server, which answers one question after another. What it holds there ends with it. For one
/// thread at a time, which closes it.
final class SqlSession implements AutoCloseable {

    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

    private final ClientRun run;
    private final Transfer transfer;
    private final BufferedReader answers;

    private SqlSession(ClientRun run) {
        this.run = run;
        this.transfer = new Transfer(run);
        this.answers = new BufferedReader(new InputStreamReader(transfer.heard(), UTF_8));
    }

    static SqlSession open(DatabaseAccess database) throws IOException {
        return new SqlSession(
                ClientRun.start(database, Tool.SQL, SqlQuery.arguments("--unbuffered", "--skip-column-names")));
    }

    boolean isRunning() {
        return run.isRunning();
    }

    /// Runs statements of which only the last answers, with one row.
    ///
    /// @return the row
    /// @throws DatabaseException for an error, with which the session ends
    String ask(String attempt, String statements) throws IOException {
        return ask(attempt, statements, ANSWER_LIMIT);
    }

    /// The same with another limit for the answer. The server may go on with the statements.
    String ask(String attempt, String statements, Duration limit) throws IOException {
        List<String> answer = new ArrayList<>();
        transfer.run(attempt, limit, () -> {
            try {
                run.input().write((statements + "\n").getBytes(UTF_8));
                run.input().flush();
            } catch (IOException endedEarly) {
                // its exit status says why
            }
            String line = answers.readLine();
            if (line != null) {
                answer.add(line);
            }
        });
        if (answer.isEmpty()) {
            run.requireSuccess(attempt);
            throw run.failure(attempt, "no answer");
        }
        return answer.getFirst();
    }

    @Override
    public void close() throws IOException {
        run.close();
    }
}
