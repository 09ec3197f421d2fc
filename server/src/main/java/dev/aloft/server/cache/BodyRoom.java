package dev.aloft.server.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Limits the memory of the bodies that are being read from origins or taken by clients: a body that a slow client
/// takes stays in memory although the cache has evicted it. A new body waits for room, and one that clients take is
/// counted once, however many they are. Safe for many threads.
final class BodyRoom {

    /// Smaller bodies fit into the kernel's buffers at once: they are counted only while they are read.
    static final int MIN_COUNTED_BYTES = 64 << 10;

    private final long capacity;
    private final Map<MemoryBody, Integer> taken = new HashMap<>();
    private long bytes;

    BodyRoom(long capacity) {
        this.capacity = capacity;
    }

    /// Reserves room for a body that is to be read; [#giveBack] ends that.
    ///
    /// @return false if there is none within the limit
    synchronized boolean reserve(int size, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (bytes + size > capacity) {
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) {
                return false;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        bytes += size;
        return true;
    }

    synchronized void giveBack(int size) {
        bytes -= size;
        notifyAll();
    }

    /// Counts a body for a client that takes it, until the returned task has run.
    Runnable hold(MemoryBody body) {
        if (body.length() < MIN_COUNTED_BYTES) {
            return () -> {};
        }
        synchronized (this) {
            if (taken.merge(body, 1, Integer::sum) == 1) {
                bytes += body.length();
            }
        }
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (!ended.getAndSet(true)) {
                end(body);
            }
        };
    }

    private synchronized void end(MemoryBody body) {
        if (taken.merge(body, -1, Integer::sum) == 0) {
            taken.remove(body);
            giveBack(body.length());
        }
    }

    /// The bytes in use.
    synchronized long bytes() {
        return bytes;
    }
}
