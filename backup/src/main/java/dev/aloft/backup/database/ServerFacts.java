package dev.aloft.backup.database;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/// A database server: its version, its clock and its binary log.
///
/// @param clockAhead how far its clock is ahead of this machine's
/// @param writesLog whether it writes a binary log
/// @param logFormat `ROW`, `MIXED` or `STATEMENT`
record ServerFacts(String version, Duration clockAhead, boolean writesLog, String logFormat) {

    private static final String QUESTION =
            "SELECT VERSION(), UTC_TIMESTAMP(6), @@GLOBAL.log_bin, @@GLOBAL.binlog_format";

    /// Asks the server, which shows also that it is there and takes the credentials.
    static ServerFacts of(DatabaseAccess access) throws IOException {
        Instant before = Instant.now();
        List<String> row = SqlQuery.rows(access, "reach " + access, QUESTION).getFirst();
        Instant theirs = LocalDateTime.parse(row.get(1).replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        Duration half = Duration.between(before, Instant.now()).dividedBy(2);
        return new ServerFacts(
                row.getFirst(),
                Duration.between(before.plus(half), theirs),
                row.get(2).equals("1"),
                row.get(3));
    }

    /// True for MariaDB, which says so in its version; false for MySQL.
    boolean isMariaDb() {
        return version.contains("MariaDB");
    }

    /// The time by the server's clock.
    Instant now() {
        return Instant.now().plus(clockAhead);
    }
}
