package dev.aloft.backup.database;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One log of the archive as a stream, from its first byte over all segments that follow without a gap.
final class LogReader extends InputStream {

    private final LogArchive archive;
    private final LogFolder log;
    private final Iterator<LogFolder.Segment> segments;
    private long at;
    private @Nullable InputStream open;

    LogReader(LogArchive archive, LogFolder log) {
        this.archive = archive;
        this.log = log;
        this.segments = List.copyOf(log.chain(0)).iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (true) {
            InputStream segment = open;
            int n = segment == null ? -1 : segment.read(bytes, offset, count);
            if (n > 0) {
                at += n;
                return n;
            }
            close();
            if (!segments.hasNext()) {
                return -1;
            }
            LogFolder.Segment next = segments.next();
            InputStream body = archive.open(log, next);
            open = body;
            body.skipNBytes(at - next.start());
        }
    }

    @Override
    public void close() throws IOException {
        InputStream segment = open;
        open = null;
        if (segment != null) {
            segment.close();
        }
    }
}
