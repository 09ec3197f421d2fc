package dev.aloft.backup.database;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A database server: its version, its clock and its binary log.
///
/// @param clockAhead how far its clock is ahead of this machine's
/// @param writesLog whether it writes a binary log
/// @param logFormat `ROW`, `MIXED` or `STATEMENT`
record ServerFacts(String version, Duration clockAhead, boolean writesLog, String logFormat) {

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
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

    Maker maker() {
        return Maker.ofServer(version);
    }

    /// True for a version before this one.
    boolean isBefore(int major, int minor) {
        Matcher number = NUMBER.matcher(version);
        if (!number.lookingAt()) {
            return false;
        }
        int theirs = Integer.parseInt(number.group(1));
        return theirs < major || (theirs == major && Integer.parseInt(number.group(2)) < minor);
    }

    /// The statement that answers with the end of the binary log: its name and an offset.
    String logStatement() {
        return maker() == Maker.MYSQL && !isBefore(8, 2) ? "SHOW BINARY LOG STATUS;" : "SHOW MASTER STATUS;";
    }

    /// The time by the server's clock.
    Instant now() {
        return Instant.now().plus(clockAhead);
    }
}
