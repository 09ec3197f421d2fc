package dev.aloft.image;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Fairness between originals: one original holds at most half of the threads and half of the queue. Idle threads
/// beyond its half are for renditions of at most [#SIMILAR] times the pixels that the same original took less than
/// [#QUICK] for, so that others, whose half may then be busy, do not wait long. They are given after [#GATHERING], so
/// that the sizes that a page asks for together are made from one decoding instead of several.
///
/// Safe for many threads.
final class OriginalShares {

    /// Time within which a quick rendition is made.
    static final Duration QUICK = Duration.ofMillis(500);

    /// Time in which the requests of one page arrive.
    static final Duration GATHERING = Duration.ofMillis(5);

    private static final int SIMILAR = 2;
    private static final int MAX_REMEMBERED = 1_000;

    private final int threads;
    private final int fairShare;
    private final int maxWaiting;
    private final Map<String, Share> shares = new HashMap<>();

    /// The most pixels that were made quickly of an original.
    private final Map<String, Long> quick = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private int running;

    OriginalShares(int threads, int queue) {
        this.threads = threads;
        this.fairShare = Math.max(1, threads / 2);
        this.maxWaiting = Math.max(1, queue / 2);
    }

    /// Takes a share of the threads; waits while other requests of the same original hold theirs.
    ///
    /// @param pixels of the renditions
    /// @return false on time-out; otherwise the caller gives the share back
    synchronized boolean take(String id, long pixels, Duration waitLimit) throws InterruptedException {
        Share share = shares.computeIfAbsent(id, _ -> new Share());
        if (share.running >= fairShare && share.waiting == maxWaiting) {
            return false;
        }
        long begin = System.nanoTime();
        share.waiting++;
        try {
            while (share.running >= fairShare) {
                Duration waited = Duration.ofNanos(System.nanoTime() - begin);
                boolean hasGathered = waited.compareTo(GATHERING) >= 0;
                if (hasGathered && mayTakeIdle(id, pixels)) {
                    break;
                }
                Duration left = (hasGathered ? waitLimit : GATHERING).minus(waited);
                if (waited.compareTo(waitLimit) >= 0) {
                    return false;
                }
                wait(left.toMillis() + 1);
            }
            share.running++;
            running++;
            return true;
        } finally {
            share.waiting--;
        }
    }

    private boolean mayTakeIdle(String id, long pixels) {
        return running < threads && pixels / SIMILAR <= quick.getOrDefault(id, 0L);
    }

    /// @param pixels of the renditions
    /// @param wasQuick whether they were made within [#QUICK]
    synchronized void giveBack(String id, long pixels, boolean wasQuick) {
        if (wasQuick) {
            quick.merge(id, pixels, Math::max);
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
