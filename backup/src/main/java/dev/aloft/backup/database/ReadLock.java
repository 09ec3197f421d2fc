package dev.aloft.backup.database;

import java.io.IOException;

/// The lock of all tables under which MySQL's `mysqldump` learns the place in the binary log that a dump is of.
///
/// The program waits for it without a limit, and until it has it, the server holds back every write. So it is taken
/// and released once before, with a limit.
record ReadLock(DatabaseAccess access) {

    private static final String REHEARSAL =
            "SET SESSION lock_wait_timeout = 5; FLUSH LOCAL TABLES WITH READ LOCK; UNLOCK TABLES; ";

    private static final int HELD_UP = 1205;

    /// Errors of a user without the privilege. Some hosters answer with the error of a wrong password.
    private static final int LACKS_PRIVILEGE = 1227;

    private static final int DENIED = 1045;

    /// The result of an attempt.
    enum Trial {
        TAKEN,
        /// A query on a table takes longer than the limit.
        HELD_UP,
        /// The user may not lock tables, or not see the place in the log.
        DENIED
    }

    /// Takes the lock and releases it.
    Trial rehearse(ServerFacts server) throws IOException {
        try {
            SqlQuery.rows(access, "lock the tables of " + access, REHEARSAL + server.logStatement());
            return Trial.TAKEN;
        } catch (DatabaseException e) {
            return switch (e.errorNumber()) {
                case HELD_UP -> Trial.HELD_UP;
                case LACKS_PRIVILEGE, DENIED -> Trial.DENIED;
                default -> throw e;
            };
        }
    }
}
