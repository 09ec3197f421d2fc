package dev.aloft.backup.database;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One log of a server in the backup: its segments, each an object that is named by the offsets that it holds.
///
/// A server that is set up anew, or that forgets its logs, gives the same names again. The moment at which a log was
/// begun tells them apart.
///
/// @param begun in whole seconds, by the server's clock
/// @param file the log's name
/// @param segments in the order of their names
/// @param closed the log's length, once the server has begun the next one
record LogFolder(Instant begun, String file, List<Segment> segments, Optional<Long> closed)
        implements Comparable<LogFolder> {

    private static final Pattern NAME = Pattern.compile("(\\d{10,})-(.+\\.\\d{6,})/");
    private static final Pattern SEGMENT = Pattern.compile("(\\d{16})-(\\d{16})");
    private static final Pattern CLOSED = Pattern.compile("closed-(\\d{16})");

    /// Bytes of a log from one offset to another.
    ///
    /// @param end the offset after the last byte
    record Segment(String name, long start, long end) {}

    /// Every name below the folder is one of these; others are not Aloft's and are ignored.
    static Optional<LogFolder> of(String name, List<String> objects) {
        Matcher folder = NAME.matcher(name);
        if (!folder.matches()) {
            return Optional.empty();
        }
        List<Segment> segments = new ArrayList<>();
        Optional<Long> closed = Optional.empty();
        for (String object : objects) {
            Matcher segment = SEGMENT.matcher(object);
            Matcher end = CLOSED.matcher(object);
            if (segment.matches()) {
                segments.add(new Segment(object, Long.parseLong(segment.group(1)), Long.parseLong(segment.group(2))));
            } else if (end.matches()) {
                closed = Optional.of(Long.parseLong(end.group(1)));
            }
        }
        Instant begun = Instant.ofEpochSecond(Long.parseLong(folder.group(1)));
        return Optional.of(new LogFolder(begun, folder.group(2), List.copyOf(segments), closed));
    }

    /// The folder's name, with its slash.
    static String name(Instant begun, String file) {
        return "%010d-%s/".formatted(begun.getEpochSecond(), file);
    }

    static String segmentName(long start, long end) {
        return "%016d-%016d".formatted(start, end);
    }

    static String closedName(long end) {
        return "closed-%016d".formatted(end);
    }

    String name() {
        return name(begun, file);
    }

    /// Segments that follow each other from an offset on without a gap. Two followers may have cut the log in two
    /// ways.
    List<Segment> chain(long from) {
        List<Segment> chain = new ArrayList<>();
        @Nullable Segment longest = null;
        long at = from;
        for (int i = 0; ; ) {
            for (; i < segments.size() && segments.get(i).start() <= at; i++) {
                if (longest == null || segments.get(i).end() > longest.end()) {
                    longest = segments.get(i);
                }
            }
            if (longest == null || longest.end() <= at) {
                return chain;
            }
            chain.add(longest);
            at = longest.end();
        }
    }

    /// The offset up to which every byte from the beginning is there.
    long end() {
        List<Segment> chain = chain(0);
        return chain.isEmpty() ? 0 : chain.getLast().end();
    }

    /// True if the whole log is there.
    boolean isWhole() {
        return closed.isPresent() && end() >= closed.get();
    }

    @Override
    public int compareTo(LogFolder other) {
        return Comparator.comparing(LogFolder::begun)
                .thenComparingLong(folder -> LogPosition.number(folder.file()))
                .compare(this, other);
    }
}
