package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/// A binary log, event by event.
final class LogBytes {

    /// A checksum that might be text.
    private static final byte[] CHECKSUM = "abcd".getBytes(UTF_8);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int checksumBytes;
    private Instant moment = Instant.EPOCH;

    LogBytes() {
        this(CHECKSUM.length);
    }

    /// @param checksumBytes 0 for a log without checksums, except that of its description
    LogBytes(int checksumBytes) {
        this.checksumBytes = checksumBytes;
        bytes.writeBytes(LogEvent.MAGIC);
        byte[] description = new byte[60];
        description[description.length - 1] = (byte) (checksumBytes == 0 ? 0 : 1);
        event(LogEvent.FORMAT, description);
    }

    /// The time of the events that follow.
    LogBytes at(Instant time) {
        moment = time;
        return this;
    }

    LogBytes query(String database, String text) {
        byte[] name = database.getBytes(UTF_8);
        byte[] sql = text.getBytes(UTF_8);
        ByteBuffer body = ByteBuffer.allocate(13 + name.length + 1 + sql.length).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(1).putInt(0).put((byte) name.length).putShort((short) 0).putShort((short) 0);
        return event(LogEvent.QUERY, body.put(name).put((byte) 0).put(sql).array());
    }

    LogBytes tableMap(int id, String database) {
        byte[] name = database.getBytes(UTF_8);
        ByteBuffer body = ByteBuffer.allocate(8 + 1 + name.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        return event(
                LogEvent.TABLE_MAP,
                body.putInt(id)
                        .putInt(0)
                        .put((byte) name.length)
                        .put(name)
                        .put((byte) 0)
                        .array());
    }

    LogBytes rows(int id) {
        return rows(23, id);
    }

    LogBytes rows(int type, int id) {
        return rows(type, id, 0, 20);
    }

    /// The last rows of a statement.
    LogBytes lastRows(int id) {
        return rows(23, id, 1, 20);
    }

    /// Rows that a statement goes on after.
    LogBytes largeRows(int id, int bytes) {
        return rows(23, id, 0, bytes);
    }

    private LogBytes rows(int type, int id, int flags, int bytes) {
        return event(
                type,
                ByteBuffer.allocate(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(id)
                        .putShort((short) 0)
                        .putShort((short) flags)
                        .array());
    }

    LogBytes event(int type, byte[] body) {
        int checksum = type == LogEvent.FORMAT ? CHECKSUM.length : checksumBytes;
        int length = LogEvent.HEADER_BYTES + body.length + checksum;
        ByteBuffer header = ByteBuffer.allocate(LogEvent.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt((int) moment.getEpochSecond()).put((byte) type).putInt(1).putInt(length);
        header.putInt(bytes.size() + length).putShort((short) 0);
        bytes.writeBytes(header.array());
        bytes.writeBytes(body);
        bytes.write(CHECKSUM, 0, checksum);
        return this;
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
