package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The events of a binary log that belong to one database, up to a moment.
///
/// Rows of other databases are left out. A statement that names a database cannot be replayed under another name, and
/// would change the tables in use: it is refused.
///
/// A trigger may change rows of several databases in one statement. Where the event that ends the statement is left
/// out, the last one that is kept ends it, which therefore waits for what follows.
final class ReplayFilter {

    private static final int MAX_HEAD_BYTES = 1 << 20;
    private static final long MAX_EVENT_BYTES = 2L << 30;
    private static final int MAX_WAITING_BYTES = 16 << 20;

    private final String database;
    private final Instant until;
    private final LoggedStatements statements;
    private final Set<Long> tables = new HashSet<>();
    private final List<LogEvent> waiting = new ArrayList<>();
    private boolean sentUnended;
    private int checksumBytes;
    private boolean ended;

    /// @param database of the site, as the log names it
    /// @param until the last second that is kept
    /// @param databases every database of the server that is replayed into
    ReplayFilter(String database, Instant until, Set<String> databases) {
        this.database = database;
        this.until = until;
        this.statements = new LoggedStatements(database, databases);
    }

    /// True as soon as an event after the moment was seen.
    boolean isEnded() {
        return ended;
    }

    /// Copies the events of one log that are kept.
    ///
    /// @param log from its first byte
    /// @param file the log's name, for messages
    /// @param from events that begin before this offset of the server's log are left out, its description excepted
    void copy(InputStream log, String file, long from, OutputStream to) throws IOException {
        byte[] magic = log.readNBytes(LogEvent.MAGIC.length);
        if (!Arrays.equals(magic, LogEvent.MAGIC)) {
            throw damaged(file, 0);
        }
        to.write(magic);
        tables.clear();
        waiting.clear();
        sentUnended = false;
        long at = magic.length;
        while (!ended) {
            byte[] header = log.readNBytes(LogEvent.HEADER_BYTES);
            if (header.length == 0) {
                return;
            }
            LogEvent event = whole(header, log, file, at);
            ended = event.type() != LogEvent.FORMAT && event.moment().isAfter(until);
            if (!ended) {
                try {
                    pass(event, log, file, at, from, to);
                } catch (IndexOutOfBoundsException lengthsThatCannotBe) {
                    throw damaged(file, at);
                }
            }
            at += event.length();
        }
    }

    private void pass(LogEvent event, InputStream log, String file, long at, long from, OutputStream to)
            throws IOException {
        boolean kept = isKept(event, file, at, from);
        boolean unended = kept && event.changesRows() && !event.endsStatement();
        boolean names = kept && event.type() == LogEvent.TABLE_MAP;
        boolean waits = names || (unended && event.length() <= MAX_WAITING_BYTES);
        if (kept && !names) {
            send(to);
            sentUnended = unended && !waits;
        } else if (event.endsStatement()) {
            endStatement(event, file + ":" + at, to);
        }
        if (waits) {
            waiting.add(withRest(event, log, file, at));
            return;
        }
        OutputStream target = kept ? to : OutputStream.nullOutputStream();
        target.write(event.bytes());
        transfer(log, event.length() - event.bytes().length, target, file, at);
    }

    private void send(OutputStream to) throws IOException {
        for (LogEvent event : waiting) {
            to.write(event.bytes());
        }
        waiting.clear();
    }

    /// Ends a statement whose last event is left out.
    private void endStatement(LogEvent last, String place, OutputStream to) throws IOException {
        if (sentUnended) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "cannot replay the binary log at " + place + ": a trigger changes another database in the"
                            + " statement of a row of more than " + (MAX_WAITING_BYTES >> 20) + " MiB",
                    "restore to a moment before " + last.moment() + ", or to a snapshot after it");
        }
        while (!waiting.isEmpty() && !waiting.getLast().changesRows()) {
            waiting.removeLast();
        }
        if (!waiting.isEmpty()) {
            waiting.add(waiting.removeLast().endingStatement(checksumBytes));
        }
        send(to);
    }

    private static LogEvent withRest(LogEvent event, InputStream log, String file, long at) throws IOException {
        if (event.length() > MAX_WAITING_BYTES) {
            throw damaged(file, at);
        }
        int head = event.bytes().length;
        byte[] bytes = Arrays.copyOf(event.bytes(), (int) event.length());
        if (log.readNBytes(bytes, head, bytes.length - head) < bytes.length - head) {
            throw damaged(file, at);
        }
        return new LogEvent(bytes);
    }

    private static LogEvent whole(byte[] header, InputStream log, String file, long at) throws IOException {
        if (header.length < LogEvent.HEADER_BYTES) {
            throw damaged(file, at);
        }
        long length = new LogEvent(header).length();
        if (length < LogEvent.HEADER_BYTES || length > MAX_EVENT_BYTES) {
            throw damaged(file, at);
        }
        int head = (int) Math.min(length, MAX_HEAD_BYTES);
        byte[] bytes = Arrays.copyOf(header, head);
        if (log.readNBytes(bytes, header.length, head - header.length) < head - header.length) {
            throw damaged(file, at);
        }
        return new LogEvent(bytes);
    }

    private static void transfer(InputStream log, long count, OutputStream to, String file, long at)
            throws IOException {
        byte[] chunk = new byte[64 << 10];
        long left = count;
        while (left > 0) {
            int n = log.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (n < 0) {
                throw damaged(file, at);
            }
            to.write(chunk, 0, n);
            left -= n;
        }
    }

    private boolean isKept(LogEvent event, String file, long at, long from) throws DatabaseException {
        if (event.type() == LogEvent.FORMAT) {
            checksumBytes = event.checksumBytes();
            return true;
        }
        if (at < from) {
            return false;
        }
        if (event.changesRows()) {
            return tables.contains(event.tableId());
        }
        return switch (event.type()) {
            case LogEvent.TABLE_MAP -> isTableKept(event);
            case LogEvent.QUERY -> statements.isKept(event, checksumBytes, file + ":" + at);
            case LogEvent.XID,
                    LogEvent.GTID,
                    LogEvent.MYSQL_GTID,
                    LogEvent.ANONYMOUS_GTID,
                    LogEvent.TAGGED_GTID,
                    LogEvent.STOP,
                    LogEvent.ROTATE,
                    LogEvent.XA_PREPARE -> true;
            case LogEvent.ANNOTATE_ROWS,
                    LogEvent.ROWS_QUERY,
                    LogEvent.CHECKPOINT,
                    LogEvent.GTID_LIST,
                    LogEvent.PREVIOUS_GTIDS,
                    LogEvent.VIEW_CHANGE -> false;
            default ->
                throw new DatabaseException(
                        Kind.CONTENT,
                        "cannot replay the binary log at " + file + ":" + at + ": it has an event of type "
                                + event.type() + ", which a log in row format without compression does not have",
                        "set binlog_format = ROW and turn compression off ("
                                + Stream.of(Maker.values())
                                        .map(maker -> maker + ": " + maker.compressionVariable())
                                        .collect(Collectors.joining(", "))
                                + "), and restore to a dump");
        };
    }

    private boolean isTableKept(LogEvent event) {
        boolean kept = event.tableDatabase().equals(database);
        if (kept) {
            tables.add(event.tableId());
        } else {
            tables.remove(event.tableId());
        }
        return kept;
    }

    private static DatabaseException damaged(String file, long at) {
        return new DatabaseException(
                Kind.CONTENT,
                "cannot replay the binary log: " + file + " is damaged at offset " + at,
                "restore to an earlier moment, or to a snapshot");
    }
}
