package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A log that a client program is writing on this machine. When it began in the middle, the file has the log's
/// description and then the events from there on; offsets here are those of the server's log.
final class LocalLog {

    private static final long MAX_SEGMENT_BYTES = 32L << 20;

    private final Path path;
    private final long resumed;
    private Optional<Instant> begun = Optional.empty();
    private long shift;
    private long shipped;

    /// @param resumed the offset that its first event after the description has, or 0
    LocalLog(Path path, long resumed) {
        this.path = path;
        this.resumed = resumed;
        this.shipped = resumed;
    }

    /// Bytes from one event's beginning to another's end.
    record Tail(long start, long end) {}

    Path path() {
        return path;
    }

    /// The log's name.
    String file() {
        return String.valueOf(path.getFileName());
    }

    /// The offset up to which it is in the archive.
    long shipped() {
        return shipped;
    }

    void setShipped(long end) {
        shipped = end;
    }

    /// When the server has begun it; nothing until its description has come.
    Optional<Instant> begun() throws IOException {
        if (begun.isEmpty()) {
            try (FileChannel file = FileChannel.open(path)) {
                long description = LogEvent.MAGIC.length;
                Optional<LogEvent> event = header(file, description);
                begun = event.map(LogEvent::moment);
                shift = resumed == 0 || event.isEmpty()
                        ? 0
                        : resumed - description - event.get().length();
            }
        }
        return begun;
    }

    /// Whole events that have come and are not in the archive, as many as fit a segment.
    Optional<Tail> tail() throws IOException {
        if (begun().isEmpty()) {
            return Optional.empty();
        }
        try (FileChannel file = FileChannel.open(path)) {
            long end = shipped == 0 ? LogEvent.MAGIC.length : shipped;
            Optional<LogEvent> event = header(file, end - shift);
            while (event.isPresent() && (end == shipped || end + event.get().length() - shipped <= MAX_SEGMENT_BYTES)) {
                end += event.get().length();
                event = header(file, end - shift);
            }
            return end > shipped && end > LogEvent.MAGIC.length
                    ? Optional.of(new Tail(shipped, end))
                    : Optional.empty();
        }
    }

    /// The header of the event at an offset of the file, if the whole event has come.
    private Optional<LogEvent> header(FileChannel file, long at) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(LogEvent.HEADER_BYTES);
        while (header.hasRemaining()) {
            if (file.read(header, at + header.position()) < 0) {
                return Optional.empty();
            }
        }
        LogEvent event = new LogEvent(header.array());
        if (event.length() < LogEvent.HEADER_BYTES) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "the binary log " + file() + " is damaged at offset " + (at + shift),
                    "see the database server's log");
        }
        return at + event.length() <= file.size() ? Optional.of(event) : Optional.empty();
    }

    /// The bytes of a tail; the caller closes the stream.
    InputStream open(Tail tail) throws IOException {
        FileChannel file = FileChannel.open(path);
        file.position(tail.start() - shift);
        return Channels.newInputStream(file);
    }
}
