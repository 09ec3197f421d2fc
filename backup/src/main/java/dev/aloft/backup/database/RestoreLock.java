package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A lock in the database server that keeps a second restoration into the same database away. It belongs to an open
/// session, so it ends with this process, however that ends. For one thread, which closes it.
final class RestoreLock implements AutoCloseable {

    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

    /// A session of a process that was killed may be there for a moment.
    private static final int WAIT_SECONDS = 3;

    private final DatabaseAccess database;
    private final String name;
    private final ClientRun session;
    private final Transfer transfer;
    private final BufferedReader answers;

    private RestoreLock(DatabaseAccess database, ClientRun session) {
        this.database = database;
        this.name = "'" + database.name() + "_aloft'";
        this.session = session;
        this.transfer = new Transfer(session);
        this.answers = new BufferedReader(new InputStreamReader(transfer.heard(), UTF_8));
    }

    /// Takes the lock.
    ///
    /// @throws DatabaseException when another session has it
    static RestoreLock take(DatabaseAccess database) throws IOException {
        RestoreLock lock = new RestoreLock(
                database,
                ClientRun.start(database, Tool.SQL, SqlQuery.arguments("--unbuffered", "--skip-column-names")));
        try {
            lock.requireTaken();
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.session.close();
            throw e;
        }
    }

    private void requireTaken() throws IOException {
        String idleLimit = "SET SESSION wait_timeout = 31536000;";
        if (!ask(idleLimit + "SELECT GET_LOCK(" + name + ", " + WAIT_SECONDS + ");")
                .equals("1")) {
            throw new DatabaseException(
                    Kind.SERVER,
                    "another restoration into " + database + " is under way",
                    "wait for its end, or end it (SHOW PROCESSLIST)");
        }
    }

    /// Fails if the server has ended the session in the meantime.
    void requireHeld() throws IOException {
        if (!ask("SELECT IS_USED_LOCK(" + name + ") = CONNECTION_ID();").equals("1")) {
            throw new DatabaseException(
                    Kind.SERVER,
                    "the lock of the restoration into " + database + " was released by another session",
                    "run the command again");
        }
    }

    private String ask(String statements) throws IOException {
        String attempt = "lock " + database;
        List<String> answer = new ArrayList<>();
        transfer.run(attempt, ANSWER_LIMIT, () -> {
            try {
                session.input().write((statements + "\n").getBytes(UTF_8));
                session.input().flush();
            } catch (IOException endedEarly) {
                // its exit status says why
            }
            String line = answers.readLine();
            if (line != null) {
                answer.add(line);
            }
        });
        if (answer.isEmpty()) {
            session.requireSuccess(attempt);
            throw session.failure(attempt, "no answer");
        }
        return answer.getFirst();
    }

    /// Releases the lock before the session ends, because the server may notice that end later.
    @Override
    public void close() throws IOException {
        try (session) {
            if (session.isRunning() && !Thread.currentThread().isInterrupted()) {
                ask("SELECT RELEASE_LOCK(" + name + ");");
            }
        } catch (DatabaseException released) {
            // with the session
        }
    }
}
