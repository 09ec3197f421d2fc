package dev.aloft.bulk;

import java.util.concurrent.atomic.AtomicLong;

/// Counters of an operation under way, to be read by another thread. Safe for many threads.
public final class Progress {

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile String phase = "starting";

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
        return phase;
    }

    /// Begins another part of the operation, with counters of its own.
    public void begin(String next) {
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
}
