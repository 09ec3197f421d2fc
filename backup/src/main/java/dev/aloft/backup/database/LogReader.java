package dev.aloft.backup.database;

import dev.aloft.backup.RangeStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One log of the archive, from its first byte over all segments that follow without a gap.
final class LogReader extends RangeStream {

    private final LogArchive archive;
    private final LogFolder log;
    private final Iterator<LogFolder.Segment> segments;
    private LogFolder.@Nullable Segment segment;
    private long at;

    LogReader(LogArchive archive, LogFolder log) {
        this.archive = archive;
        this.log = log;
        this.segments = List.copyOf(log.chain(0)).iterator();
    }

    @Override
    protected byte[] next() throws IOException {
        LogFolder.Segment open = segment;
        while (open == null || open.end() <= at) {
            if (!segments.hasNext()) {
                return new byte[0];
            }
            open = segments.next();
            segment = open;
        }
        byte[] range = archive.read(log, open, at - open.start(), (int) Math.min(MAX_RANGE_BYTES, open.end() - at));
        at += range.length;
        return range;
    }
}
