package dev.aloft.backup.database;

import static dev.aloft.backup.database.SqlQuery.quoted;

import java.io.IOException;
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
final class DumpPlace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DumpPlace.class);

    /// A transaction that is open for longer keeps the place unknown. The server ends a session that is silent for
    /// longer, and its locks.
    private static final String LIMITS = "SET SESSION lock_wait_timeout = 5, SESSION wait_timeout = 30; ";

    private static final int LACKS_GLOBAL_PRIVILEGE = 1227;
    private static final int LACKS_DATABASE_PRIVILEGE = 1044;
    private static final int LACKS_TABLE_PRIVILEGE = 1142;
    private static final int HELD_UP = 1205;

    private final @Nullable SqlSession session;
    private Optional<LogPosition> position;
    private boolean released;

    private DumpPlace(@Nullable SqlSession session, Optional<LogPosition> position) {
        this.session = session;
        this.position = position;
    }

    /// No place, and no lock.
    static DumpPlace unknown() {
        return new DumpPlace(null, Optional.empty());
    }

    /// Takes the lock and reads the place. It is unknown if the user may not see or lock it, or if a transaction holds
    /// the lock up.
    static DumpPlace lock(DatabaseAccess access, ServerFacts server) throws IOException {
        List<String> tables = new Definitions(access).tables();
        SqlSession session = SqlSession.open(access);
        try {
            session.ask("look at the binary log of " + access, LIMITS + server.logStatement());
            String locks = tables.stream()
                    .map(table -> quoted(access.name()) + "." + quoted(table) + " READ")
                    .collect(Collectors.joining(", ", "LOCK TABLES ", "; "));
            String row = session.ask(
                    "lock the tables of " + access, (tables.isEmpty() ? "" : locks) + server.logStatement());
            List<String> place = List.of(row.split("\t", -1));
            return new DumpPlace(session, Optional.of(new LogPosition(place.getFirst(), Long.parseLong(place.get(1)))));
        } catch (DatabaseException e) {
            session.close();
            return unknown(e);
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static DumpPlace unknown(DatabaseException e) throws DatabaseException {
        switch (e.errorNumber()) {
            case LACKS_GLOBAL_PRIVILEGE -> {} // of a site whose log is not followed
            case LACKS_DATABASE_PRIVILEGE, LACKS_TABLE_PRIVILEGE, HELD_UP ->
                LOG.warn("{}: this dump cannot be restored to a second after it", e.getMessage());
            default -> throw e;
        }
        return unknown();
    }

    /// Lets writes go on. Called once the dump has begun; a second call does nothing.
    void release() throws IOException {
        if (session == null || released) {
            return;
        }
        released = true;
        try (session) {
            session.ask("release the lock", "UNLOCK TABLES; SELECT 1;");
        } catch (DatabaseException endedBefore) {
            LOG.warn("the dump took too long to begin, so it cannot be restored to a second after it");
            position = Optional.empty();
        }
    }

    /// The place, after the lock was held until [#release].
    Optional<LogPosition> position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        if (session != null) {
            session.close();
        }
    }
}
