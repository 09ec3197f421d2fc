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

/// Ships what a client program has written into a folder.
final class LogShipper {

    private final LogArchive archive;
    private final Path folder;
    private final LogPosition start;
    private final Optional<LogFolder> resumed;
    private final TreeMap<String, LocalLog> logs = new TreeMap<>(Comparator.comparingLong(LogPosition::number));

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

    /// Ships all whole events that have come. A log that is followed by another is closed, and its file deleted.
    Shipped ship() throws IOException {
        find();
        long segments = 0;
        long bytes = 0;
        while (!logs.isEmpty()) {
            LocalLog log = logs.firstEntry().getValue();
            boolean isLast = logs.size() == 1;
            Optional<LocalLog.Tail> tail = log.tail();
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
    /// later log it is at least so many.
    long behind(LogLook look) {
        if (logs.isEmpty()) {
            return look.offset();
        }
        LocalLog last = logs.lastEntry().getValue();
        long ahead = LogPosition.number(look.file()) - LogPosition.number(last.file());
        return Math.max(0, ahead > 0 ? look.offset() : ahead < 0 ? 0 : look.offset() - last.shipped());
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
        requireSameLog();
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
