package dev.aloft.backup.database;

import java.util.Comparator;

/// A place in a server's binary log.
///
/// @param file the log's name: `mysql-bin.000042`
/// @param offset in bytes from its beginning
record LogPosition(String file, long offset) implements Comparable<LogPosition> {

    /// @throws IllegalArgumentException for a name without a number, or with a slash
    public LogPosition {
        if (!file.matches("[^/\\p{Cntrl}]+\\.\\d{6,}") || offset < 0) {
            throw new IllegalArgumentException("not a position of a binary log: " + file + " " + offset);
        }
    }

    /// Reads `file:offset`.
    static LogPosition parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,18}")) {
            throw new IllegalArgumentException("not a position of a binary log: " + text);
        }
        return new LogPosition(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    }

    /// The number at the end of a log's name.
    static long number(String file) {
        return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
    }

    /// By the place in the logs of one server.
    @Override
    public int compareTo(LogPosition other) {
        return Comparator.comparingLong((LogPosition position) -> number(position.file()))
                .thenComparingLong(LogPosition::offset)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
