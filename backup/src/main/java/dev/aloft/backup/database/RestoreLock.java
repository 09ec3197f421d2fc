package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;

/// A lock in the database server that keeps a second restoration into the same database away. It belongs to an open
/// session, so it ends with this process, however that ends. For one thread, which closes it.
final class RestoreLock implements AutoCloseable {

    /// A session of a process that was killed may be there for a moment.
    private static final int WAIT_SECONDS = 3;

    private final DatabaseAccess database;
    private final String name;
    private final SqlSession session;

    private RestoreLock(DatabaseAccess database, SqlSession session) {
        this.database = database;
        this.name = "'" + database.name() + "_aloft'";
        this.session = session;
    }

    /// Takes the lock.
    ///
    /// @throws DatabaseException when another session has it
    static RestoreLock take(DatabaseAccess database) throws IOException {
        RestoreLock lock = new RestoreLock(database, SqlSession.open(database));
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
        return session.ask("lock " + database, statements);
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
