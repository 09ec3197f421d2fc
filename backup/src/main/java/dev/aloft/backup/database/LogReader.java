package dev.aloft.backup.database;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One log of the archive as a stream, from its first byte over all segments that follow without a gap. It is read in
/// ranges, so that a server that takes its time over a statement holds no connection to S3. For one thread.
final class LogReader extends InputStream {

    private static final int RANGE_BYTES = 4 << 20;

    private final LogArchive archive;
    private final LogFolder log;
    private final Iterator<LogFolder.Segment> segments;
    private LogFolder.@Nullable Segment segment;
    private byte[] range = new byte[0];
    private int next;
    private long at;

    LogReader(LogArchive archive, LogFolder log) {
        this.archive = archive;
        this.log = log;
        this.segments = List.copyOf(log.chain(0)).iterator();
    }

    @Override
    public int read() throws IOException {
        return fill() ? range[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(count, range.length - next);
        System.arraycopy(range, next, bytes, offset, n);
        next += n;
        return n;
    }

    private boolean fill() throws IOException {
        if (next < range.length) {
            return true;
        }
        LogFolder.Segment open = segment;
        while (open == null || open.end() <= at) {
            if (!segments.hasNext()) {
                return false;
            }
            open = segments.next();
            segment = open;
        }
        range = archive.read(log, open, at - open.start(), (int) Math.min(RANGE_BYTES, open.end() - at));
        next = 0;
        at += range.length;
        return true;
    }
}
