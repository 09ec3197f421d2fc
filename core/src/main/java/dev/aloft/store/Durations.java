package dev.aloft.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// A histogram of durations. Safe for many threads.
public final class Durations {

    /// In milliseconds.
    public static final List<Long> LIMITS =
            List.of(1L, 2L, 5L, 10L, 25L, 50L, 100L, 250L, 500L, 1000L, 2500L, 5000L, 10_000L);

    private final LongAdder[] each = new LongAdder[LIMITS.size() + 1];
    private final LongAdder nanos = new LongAdder();

    /// An empty histogram.
    public Durations() {
        for (int i = 0; i < each.length; i++) {
            each[i] = new LongAdder();
        }
    }

    /// Counts one duration in the first interval of [#LIMITS] that holds it, or beyond the last.
    ///
    /// @param nanosTaken in nanoseconds, of [System#nanoTime]
    public void add(long nanosTaken) {
        int limit = 0;
        while (limit < LIMITS.size() && nanosTaken > TimeUnit.MILLISECONDS.toNanos(LIMITS.get(limit))) {
            limit++;
        }
        each[limit].increment();
        nanos.add(nanosTaken);
    }

    /// A snapshot of the histogram.
    public Sum sum() {
        long[] within = new long[each.length];
        long count = 0;
        for (int i = 0; i < each.length; i++) {
            count += each[i].sum();
            within[i] = count;
        }
        return new Sum(within, Duration.ofNanos(nanos.sum()));
    }

    /// The sum of all, at one moment.
    public static final class Sum {

        private final long[] within;
        private final Duration total;

        private Sum(long[] within, Duration total) {
            this.within = within;
            this.total = total;
        }

        /// The number of durations up to the limit of this index.
        public long within(int limit) {
            return within[limit];
        }

        /// The number of durations, those beyond the last limit included.
        public long count() {
            return within[within.length - 1];
        }

        /// All durations added up.
        public Duration total() {
            return total;
        }
    }
}
