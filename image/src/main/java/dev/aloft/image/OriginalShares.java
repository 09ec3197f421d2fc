package dev.aloft.image;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Fairness between originals: one original holds at most half of the threads and half of the queue. Safe for many
/// threads.
final class OriginalShares {

    private final int maxRunning;
    private final int maxWaiting;
    private final Map<String, Share> shares = new HashMap<>();

    OriginalShares(int threads, int queue) {
        this.maxRunning = Math.max(1, threads / 2);
        this.maxWaiting = Math.max(1, queue / 2);
    }

    /// Takes a share of the threads; waits while other requests of the same original hold theirs.
    ///
    /// @return false on time-out; otherwise the caller gives the share back
    synchronized boolean take(String id, Duration waitLimit) throws InterruptedException {
        Share share = shares.computeIfAbsent(id, _ -> new Share());
        if (share.running == maxRunning && share.waiting == maxWaiting) {
            return false;
        }
        long end = System.nanoTime() + waitLimit.toNanos();
        share.waiting++;
        try {
            while (share.running == maxRunning) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            share.running++;
            return true;
        } finally {
            share.waiting--;
        }
    }

    synchronized void giveBack(String id) {
        Share share = Objects.requireNonNull(shares.get(id));
        share.running--;
        if (share.running == 0 && share.waiting == 0) {
            shares.remove(id);
        }
        notifyAll();
    }

    private static final class Share {
        private int running;
        private int waiting;
    }
}
