package dev.aloft.image;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Threads and places in the queue that one original takes: at most half of each, so that one that holds them for long
/// leaves the rest to others. Safe for many threads.
final class OriginalShares {

    private final int maxRunning;
    private final int maxWaiting;
    private final Map<String, Share> shares = new HashMap<>();

    OriginalShares(int threads, int queue) {
        this.maxRunning = Math.max(1, threads / 2);
        this.maxWaiting = Math.max(1, queue / 2);
    }

    /// Takes a thread's share, and waits for it as long as others of this original have theirs.
    ///
    /// @return whether it was there in time; then it is to be given back
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
