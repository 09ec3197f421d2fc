package dev.aloft.image;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Fairness between originals: one original holds at most half of the threads and half of the queue. An original that
/// was quick the last time takes idle threads beyond its half, where others wait for it no longer than [#QUICK].
///
/// Safe for many threads.
final class OriginalShares {

    /// Time within which a quick original is rendered.
    static final Duration QUICK = Duration.ofMillis(500);

    private static final int MAX_REMEMBERED = 1_000;

    private final int threads;
    private final int fairShare;
    private final int maxWaiting;
    private final Map<String, Share> shares = new HashMap<>();
    private final Set<String> quick = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    });
    private int running;

    OriginalShares(int threads, int queue) {
        this.threads = threads;
        this.fairShare = Math.max(1, threads / 2);
        this.maxWaiting = Math.max(1, queue / 2);
    }

    /// Takes a share of the threads; waits while other requests of the same original hold theirs.
    ///
    /// @return false on time-out; otherwise the caller gives the share back
    synchronized boolean take(String id, Duration waitLimit) throws InterruptedException {
        Share share = shares.computeIfAbsent(id, _ -> new Share());
        if (!mayRun(id, share) && share.waiting == maxWaiting) {
            return false;
        }
        long end = System.nanoTime() + waitLimit.toNanos();
        share.waiting++;
        try {
            while (!mayRun(id, share)) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            share.running++;
            running++;
            return true;
        } finally {
            share.waiting--;
        }
    }

    private boolean mayRun(String id, Share share) {
        return share.running < fairShare || (running < threads && quick.contains(id));
    }

    /// @param wasQuick whether the rendering succeeded within [#QUICK]
    synchronized void giveBack(String id, boolean wasQuick) {
        if (wasQuick) {
            quick.add(id);
        } else {
            quick.remove(id);
        }
        Share share = Objects.requireNonNull(shares.get(id));
        share.running--;
        running--;
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
