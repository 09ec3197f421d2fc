package dev.aloft.bulk;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Counters of an operation under way, to be read by another thread. Safe for many threads.
public final class Progress {

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Phase phase = new Phase("starting", Unit.FILES, 0, System.nanoTime());

    /// Unit of the work of a phase.
    private enum Unit {
        FILES,
        BYTES
    }

    /// @param expected the number of files or bytes; 0 if it is not known
    /// @param begun by [System#nanoTime()]
    private record Phase(String name, Unit unit, long expected, long begun) {}

    /// The number of files that are done in this phase.
    public long files() {
        return files.get();
    }

    /// The number of files copied or read.
    public long copied() {
        return copied.get();
    }

    /// Bytes of those that were copied, or read.
    public long bytes() {
        return bytes.get();
    }

    /// The part of the operation that is under way: `copying files`.
    public String phase() {
        return phase.name();
    }

    /// True if the part under way is a stream of bytes, as of a database, and not a number of files.
    public boolean isStream() {
        return phase.unit() == Unit.BYTES;
    }

    /// The number of files, or of bytes of a stream, that the part under way has; empty if it is not known.
    public OptionalLong expected() {
        long expected = phase.expected();
        return expected == 0 ? OptionalLong.empty() : OptionalLong.of(expected);
    }

    /// The time since the part under way began.
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - phase.begun());
    }

    /// The time that the rest of the part under way takes if it is as fast as before; empty if its size is not known.
    public Optional<Duration> left() {
        Phase now = phase;
        long done = now.unit() == Unit.FILES ? files() : bytes();
        return done == 0 || done > now.expected()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(
                        (long) ((System.nanoTime() - now.begun()) * (double) (now.expected() - done) / done)));
    }

    /// Begins another part of the operation, with counters of its own.
    public void begin(String next) {
        begin(next, 0);
    }

    /// Begins another part with so many files.
    public void begin(String next, long expectedFiles) {
        begin(new Phase(next, Unit.FILES, expectedFiles, System.nanoTime()));
    }

    /// Begins another part that is a stream.
    ///
    /// @param expectedBytes 0 if they are not known
    public void beginStream(String next, long expectedBytes) {
        begin(new Phase(next, Unit.BYTES, expectedBytes, System.nanoTime()));
    }

    private void begin(Phase next) {
        files.set(0);
        copied.set(0);
        bytes.set(0);
        phase = next;
    }

    /// Counts a file of which no bytes were copied.
    public void passed() {
        files.incrementAndGet();
    }

    /// Counts a file of which so many bytes were copied.
    public void copied(long size) {
        files.incrementAndGet();
        copied.incrementAndGet();
        bytes.addAndGet(size);
    }

    /// A stream whose bytes are counted when they are read.
    public InputStream counting(InputStream from) {
        return new FilterInputStream(from) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                bytes.addAndGet(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] to, int offset, int count) throws IOException {
                int read = super.read(to, offset, count);
                bytes.addAndGet(Math.max(0, read));
                return read;
            }
        };
    }

    /// A stream whose bytes are counted when they are written.
    public OutputStream counting(OutputStream to) {
        return new FilterOutputStream(to) {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                bytes.incrementAndGet();
            }

            @Override
            public void write(byte[] from, int offset, int count) throws IOException {
                out.write(from, offset, count);
                bytes.addAndGet(count);
            }
        };
    }
}
