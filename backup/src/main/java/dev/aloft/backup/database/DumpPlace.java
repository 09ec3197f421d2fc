package dev.aloft.backup.database;

import static dev.aloft.backup.database.SqlQuery.quoted;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The place in MySQL's binary log that a dump begins at. It is read while a lock of the site's tables holds writes
/// back, which is released as soon as the dump has begun. For one thread at a time, which closes it.
///
/// `mysqldump --source-data` would lock the tables of the whole server by `FLUSH TABLES`. While a query runs for long,
/// that stops all others on its table, and they stay stopped until it ends, even if the lock is given up. A lock for
/// reading waits for writing transactions only, and nothing stays of it.
///
/// The tables are locked one after another. A transaction of the site that holds one of them and then writes to one
/// that is locked already fails with a deadlock (error 1213), because the server lets `LOCK TABLES` win.
final class DumpPlace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DumpPlace.class);

    /// A transaction that is open for longer keeps the place unknown. It is for all tables together; that of the server
    /// is for each.
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(2);

    /// The server ends a session that is silent for longer, and its locks.
    private static final String LIMITS =
            "SET SESSION lock_wait_timeout = %d, SESSION wait_timeout = 30; ".formatted(LOCK_LIMIT.toSeconds());

    private static final int LACKS_GLOBAL_PRIVILEGE = 1227;

    private final @Nullable Lock lock;
    private Optional<LogPosition> position;
    private boolean released;

    /// The session that has locked these tables.
    private record Lock(SqlSession session, Definitions database, List<String> tables) {}

    private DumpPlace(@Nullable Lock lock, Optional<LogPosition> position) {
        this.lock = lock;
        this.position = position;
    }

    /// No place, and no lock.
    static DumpPlace unknown() {
        return new DumpPlace(null, Optional.empty());
    }

    /// Takes the lock and reads the place. It is unknown if the user may not see or lock it, or if the lock fails.
    static DumpPlace lock(DatabaseAccess access, ServerFacts server) throws IOException {
        return lock(access, server, new Definitions(access).tables(), LOCK_LIMIT);
    }

    /// The same with tables that were listed before, and with another limit for the lock.
    static DumpPlace lock(DatabaseAccess access, ServerFacts server, List<String> tables, Duration limit)
            throws IOException {
        SqlSession session = SqlSession.open(access);
        try {
            String attempt = "look at the binary log of " + access;
            String id = session.ask(attempt, LIMITS + "SELECT CONNECTION_ID();");
            session.ask(attempt, server.logStatement());
            String locks = tables.stream()
                    .map(table -> quoted(access.name()) + "." + quoted(table) + " READ")
                    .collect(Collectors.joining(", ", "LOCK TABLES ", "; "));
            String row = locked(access, session, id, (tables.isEmpty() ? "" : locks) + server.logStatement(), limit);
            List<String> place = List.of(row.split("\t", -1));
            return new DumpPlace(
                    new Lock(session, new Definitions(access), tables),
                    Optional.of(new LogPosition(place.getFirst(), Long.parseLong(place.get(1)))));
        } catch (DatabaseException e) {
            session.close();
            if (e.errorNumber() != LACKS_GLOBAL_PRIVILEGE) { // that of a site whose log is not followed
                LOG.warn("{}: this dump cannot be restored to a second after it", e.getMessage());
            }
            return unknown();
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// A session that waits for a lock does not see that its program has ended, so the server is told.
    private static String locked(
            DatabaseAccess access, SqlSession session, String id, String statements, Duration limit)
            throws IOException {
        try {
            return session.ask("lock the tables of " + access, statements, limit);
        } catch (DatabaseException e) {
            try {
                SqlQuery.rows(access, "end session " + id + " of " + access, "KILL " + id);
            } catch (DatabaseException endedByItself) {
                // after an error
            }
            throw e;
        }
    }

    /// Lets writes go on. Called once the dump has begun; a second call does nothing.
    void release() throws IOException {
        if (lock == null || released) {
            return;
        }
        released = true;
        try (SqlSession session = lock.session()) {
            boolean same = lock.database().tables().equals(lock.tables());
            session.ask("release the lock", "UNLOCK TABLES; SELECT 1;");
            if (!same) {
                forget("a table was created as the dump began");
            }
        } catch (DatabaseException endedBefore) {
            forget("the dump took too long to begin");
        }
    }

    private void forget(String why) {
        LOG.warn("{}, so it cannot be restored to a second after it", why);
        position = Optional.empty();
    }

    /// The place, after the lock was held until [#release].
    Optional<LogPosition> position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.session().close();
        }
    }
}
