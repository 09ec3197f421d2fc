package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32;

/// The beginning of one event of a binary log: the header of 19 bytes and as much of its body as was read. See
/// "Replication Protocol: binlog events" in MariaDB's documentation and "Binary Log Events" in that of MySQL's source.
final class LogEvent {

    static final int HEADER_BYTES = 19;

    /// A log begins with these, before its first event.
    static final byte[] MAGIC = {(byte) 0xfe, 'b', 'i', 'n'};

    static final int QUERY = 2;
    static final int STOP = 3;
    static final int ROTATE = 4;
    static final int FORMAT = 15;
    static final int XID = 16;
    static final int TABLE_MAP = 19;
    static final int XA_PREPARE = 38;

    // of MySQL
    static final int ROWS_QUERY = 29;
    static final int MYSQL_GTID = 33;
    static final int ANONYMOUS_GTID = 34;
    static final int PREVIOUS_GTIDS = 35;
    static final int VIEW_CHANGE = 37;
    static final int PARTIAL_UPDATE = 39;
    static final int TAGGED_GTID = 42;

    // of MariaDB
    static final int ANNOTATE_ROWS = 160;
    static final int CHECKPOINT = 161;
    static final int GTID = 162;
    static final int GTID_LIST = 163;

    private static final int CHECKSUM_BYTES = 4;
    private static final int QUERY_FIXED_BYTES = 13;
    private static final int TABLE_ID_BYTES = 6;
    private static final int ROW_FLAGS = HEADER_BYTES + TABLE_ID_BYTES;
    private static final int ENDS_STATEMENT = 1;

    private final byte[] bytes;

    /// @param bytes from the event's first one
    LogEvent(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The bytes of the event that were read, from its first one.
    byte[] bytes() {
        return bytes;
    }

    int type() {
        return bytes[4] & 0xff;
    }

    /// By the server's clock, in whole seconds.
    Instant moment() {
        return Instant.ofEpochSecond(number(0));
    }

    /// Of the whole event.
    long length() {
        return number(9);
    }

    /// The offset in the server's log at which the event ends.
    long end() {
        return number(13);
    }

    /// True for one that changes rows of the table that a [#TABLE_MAP] before has named.
    boolean changesRows() {
        int type = type();
        return (type >= 23 && type <= 25)
                || (type >= 30 && type <= 32)
                || type == PARTIAL_UPDATE
                || (type >= 166 && type <= 171);
    }

    /// True for the last event of a statement's rows, in whichever database a trigger may have changed them. The
    /// programs that decode a log keep all of a statement until this one.
    boolean endsStatement() {
        return changesRows() && (bytes[ROW_FLAGS] & ENDS_STATEMENT) != 0;
    }

    /// The same change of rows as the last of its statement. A checksum that was wrong stays wrong.
    ///
    /// @param checksumBytes of each event of its log, all of whose bytes were read
    LogEvent endingStatement(int checksumBytes) {
        byte[] ending = bytes.clone();
        ending[ROW_FLAGS] |= ENDS_STATEMENT;
        if (checksumBytes > 0) {
            int at = bytes.length - checksumBytes;
            ByteBuffer buffer = ByteBuffer.wrap(ending).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(at, buffer.getInt(at) ^ checksum(bytes, at) ^ checksum(ending, at));
        }
        return new LogEvent(ending);
    }

    private static int checksum(byte[] bytes, int count) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, count);
        return (int) checksum.getValue();
    }

    /// The number that a [#TABLE_MAP] gives to a table, and by which events of its rows name it.
    long tableId() {
        long id = 0;
        for (int i = TABLE_ID_BYTES - 1; i >= 0; i--) {
            id = id << 8 | (bytes[HEADER_BYTES + i] & 0xff);
        }
        return id;
    }

    /// The database of a [#TABLE_MAP].
    String tableDatabase() {
        int at = HEADER_BYTES + TABLE_ID_BYTES + 2;
        return new String(bytes, at + 1, bytes[at] & 0xff, UTF_8);
    }

    /// The database that a [#QUERY] was run in; may be empty.
    String queryDatabase() {
        return new String(bytes, queryDatabaseAt(), queryDatabaseLength(), UTF_8);
    }

    /// The text of a [#QUERY], as far as it was read.
    ///
    /// @param checksumBytes of each event of its log
    String queryText(int checksumBytes) {
        int from = queryDatabaseAt() + queryDatabaseLength() + 1;
        int end = (int) Math.min(bytes.length, length() - checksumBytes);
        return new String(bytes, from, end - from, UTF_8);
    }

    /// The length of the checksum at the end of each event of the log that this [#FORMAT] describes. The byte before
    /// its own checksum, which is always there, says whether the others have one.
    int checksumBytes() {
        return bytes[(int) length() - CHECKSUM_BYTES - 1] == 0 ? 0 : CHECKSUM_BYTES;
    }

    private int queryDatabaseAt() {
        int variables = buffer().getShort(HEADER_BYTES + 11) & 0xffff;
        return HEADER_BYTES + QUERY_FIXED_BYTES + variables;
    }

    private int queryDatabaseLength() {
        return bytes[HEADER_BYTES + 8] & 0xff;
    }

    private long number(int at) {
        return buffer().getInt(at) & 0xffffffffL;
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
