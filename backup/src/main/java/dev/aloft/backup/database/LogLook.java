package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/// The end of a server's binary log at a moment.
///
/// @param moment by the server's clock, before the look
/// @param file the log that it writes
/// @param offset the end of the last event
record LogLook(Instant moment, String file, long offset) {

    /// The status variables need no privilege, other than `SHOW MASTER STATUS`.
    private static final String QUESTION =
            "SELECT UTC_TIMESTAMP(6); SHOW STATUS LIKE 'binlog\\_snapshot\\_file'; SHOW STATUS LIKE"
                    + " 'binlog\\_snapshot\\_position'";

    static LogLook at(DatabaseAccess access) throws IOException {
        List<List<String>> rows = SqlQuery.rows(access, "look at the binary log of " + access, QUESTION);
        if (rows.size() != 3) {
            throw new DatabaseException(
                    Kind.SERVER, access + " does not say where its binary log is", "follow a MariaDB 10.5 or later");
        }
        Instant moment = LocalDateTime.parse(rows.getFirst().getFirst().replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC);
        return new LogLook(
                moment, rows.get(1).get(1), Long.parseLong(rows.get(2).get(1)));
    }
}
