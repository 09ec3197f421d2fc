package dev.aloft.backup;

import java.util.concurrent.atomic.AtomicLong;

/// Counters of an operation under way, to be read by another thread. Safe for many threads.
public final class BackupProgress {

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

    void begin(String next) {
        files.set(0);
        copied.set(0);
        bytes.set(0);
        phase = next;
    }

    void passed() {
        files.incrementAndGet();
    }

    void copied(long size) {
        files.incrementAndGet();
        copied.incrementAndGet();
        bytes.addAndGet(size);
    }
}
