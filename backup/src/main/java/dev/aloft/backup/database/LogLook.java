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
/// @param server tells it from others
/// @param end of the last event
record LogLook(Instant moment, String server, LogPosition end) {

    static LogLook at(DatabaseAccess access, ServerFacts server) throws IOException {
        List<List<String>> rows = SqlQuery.rows(
                access,
                "look at the binary log of " + access,
                "SELECT UTC_TIMESTAMP(6), " + server.maker().identity() + "; " + server.logStatement());
        if (rows.size() != 2) {
            throw new DatabaseException(
                    Kind.SERVER,
                    access + " does not say where its binary log is",
                    "set log_bin in the server's configuration");
        }
        List<String> first = rows.getFirst();
        Instant moment = LocalDateTime.parse(first.getFirst().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        List<String> end = rows.getLast();
        return new LogLook(moment, first.getLast(), new LogPosition(end.getFirst(), Long.parseLong(end.get(1))));
    }
}
