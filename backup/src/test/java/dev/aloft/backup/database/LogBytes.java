package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/// A binary log, event by event.
final class LogBytes {

    private static final int CHECKSUM_BYTES = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Instant moment = Instant.EPOCH;

    LogBytes() {
        bytes.writeBytes(LogEvent.MAGIC);
        event(LogEvent.FORMAT, new byte[60]);
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
        return event(
                23,
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(id)
                        .array());
    }

    LogBytes event(int type, byte[] body) {
        int length = LogEvent.HEADER_BYTES + body.length + CHECKSUM_BYTES;
        ByteBuffer header = ByteBuffer.allocate(LogEvent.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt((int) moment.getEpochSecond()).put((byte) type).putInt(1).putInt(length);
        header.putInt(bytes.size() + length).putShort((short) 0);
        bytes.writeBytes(header.array());
        bytes.writeBytes(body);
        bytes.writeBytes(new byte[CHECKSUM_BYTES]);
        return this;
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
