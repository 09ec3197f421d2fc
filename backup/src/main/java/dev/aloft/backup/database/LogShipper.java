package dev.aloft.backup.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Ships what a client program has written into a folder.
final class LogShipper {

    private final LogArchive archive;
    private final Path folder;
    private final LogPosition start;
    private final Optional<LogFolder> resumed;
    private final TreeMap<String, LocalLog> logs = new TreeMap<>(Comparator.comparingLong(LogPosition::number));
    private @Nullable LogLook looked;

    /// The result of one round.
    record Shipped(long segments, long bytes) {}

    /// @param start the place that the program was told to begin at
    /// @param resumed the log of the archive that this continues
    LogShipper(LogArchive archive, Path folder, LogPosition start, Optional<LogFolder> resumed) {
        this.archive = archive;
        this.folder = folder;
        this.start = start;
        this.resumed = resumed;
    }

    /// Requires that a look, taken after all that was shipped, is at the log that is followed. After a failover another
    /// server may answer while the program still waits for the first one.
    void requireFollowed(LogLook look) throws LogGoneException {
        LogLook before = looked;
        LogPosition reached = reached();
        if (before != null && !before.server().equals(look.server())) {
            throw new LogGoneException(
                    "the database server is another: \"" + look.server() + "\" after \"" + before.server() + "\"");
        }
        if (before != null && before.end().compareTo(reached) > 0) {
            reached = before.end();
        }
        if (look.end().compareTo(reached) < 0) {
            throw new LogGoneException("the server's binary log ends at " + look.end() + ", before " + reached
                    + ": it is another, or was begun anew");
        }
        looked = look;
    }

    private LogPosition reached() {
        return logs.isEmpty()
                ? start
                : new LogPosition(logs.lastKey(), logs.lastEntry().getValue().shipped());
    }

    /// Ships all whole events that have come. A log that is followed by another is closed, and its file deleted.
    Shipped ship() throws IOException {
        find();
        long segments = 0;
        long bytes = 0;
        while (!logs.isEmpty()) {
            LocalLog log = logs.firstEntry().getValue();
            boolean isLast = logs.size() == 1;
            Optional<LocalLog.Tail> tail = log.tail();
            requireSameLog();
            while (tail.isPresent()) {
                send(log, tail.get());
                segments++;
                bytes += tail.get().end() - tail.get().start();
                tail = log.tail();
            }
            if (isLast) {
                return new Shipped(segments, bytes);
            }
            archive.putClosed(name(log), log.shipped());
            Files.deleteIfExists(log.path());
            logs.pollFirstEntry();
        }
        return new Shipped(segments, bytes);
    }

    /// The number of bytes before a place of the server's log that are not in the archive. Where the server is at a
    /// later log, or nothing has come of the log yet, it is at least so many.
    long behind(LogLook look) throws IOException {
        LogPosition end = look.end();
        LogPosition reached = reached();
        if (folder().isEmpty() || LogPosition.number(end.file()) > LogPosition.number(reached.file())) {
            return end.offset();
        }
        return end.compareTo(reached) < 0 ? 0 : end.offset() - reached.offset();
    }

    /// The name in the archive of the log that is followed; nothing before it has come.
    Optional<String> folder() throws IOException {
        if (logs.isEmpty() || logs.lastEntry().getValue().begun().isEmpty()) {
            return Optional.empty();
        }
        requireSameLog();
        return Optional.of(name(logs.lastEntry().getValue()));
    }

    private void find() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!logs.containsKey(name)) {
                    logs.put(name, new LocalLog(file, name.equals(start.file()) ? start.offset() : 0));
                }
            }
        }
    }

    /// Another log of that name continues nothing.
    private void requireSameLog() throws IOException {
        if (resumed.isEmpty() || !logs.containsKey(start.file())) {
            return;
        }
        Optional<Instant> begun = logs.get(start.file()).begun();
        if (begun.isPresent() && !begun.get().equals(resumed.get().begun())) {
            throw new LogGoneException("the server has begun its logs anew: its " + start.file() + " is of "
                    + begun.get() + ", that of the archive of " + resumed.get().begun());
        }
    }

    private void send(LocalLog log, LocalLog.Tail tail) throws IOException {
        try (InputStream bytes = log.open(tail)) {
            archive.putSegment(name(log), tail.start(), tail.end(), bytes);
        }
        log.setShipped(tail.end());
    }

    private static String name(LocalLog log) throws IOException {
        return LogFolder.name(log.begun().orElseThrow(), log.file());
    }
}
