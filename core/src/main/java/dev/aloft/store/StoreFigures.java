package dev.aloft.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Statistics of the requests to a store since it was opened, by S3's names of the operations. Retries are
/// part of the request that they are for. Safe for many threads.
public final class StoreFigures {

    private final Map<String, Durations> durations = new ConcurrentHashMap<>();
    private final Map<Failed, LongAdder> failures = new ConcurrentHashMap<>();
    private final AtomicInteger awaiting = new AtomicInteger();
    private final AtomicInteger reading = new AtomicInteger();

    StoreFigures() {}

    /// Requests that failed alike.
    ///
    /// @param status of the answer; 0 after a timeout
    public record Failed(String operation, int status) implements Comparable<Failed> {

        @Override
        public int compareTo(Failed other) {
            int byName = operation.compareTo(other.operation);
            return byName == 0 ? Integer.compare(status, other.status) : byName;
        }
    }

    /// The durations of requests to the head of their answer, whatever it said; those without an answer, to their
    /// end.
    public Map<String, Durations.Sum> durations() {
        Map<String, Durations.Sum> sums = new TreeMap<>();
        durations.forEach((operation, each) -> sums.put(operation, each.sum()));
        return sums;
    }

    /// The number of failures. A missing object, version or range is no failure.
    public Map<Failed, Long> failures() {
        Map<Failed, Long> sums = new TreeMap<>();
        failures.forEach((failed, count) -> sums.put(failed, count.sum()));
        return sums;
    }

    /// The number of requests that wait for an answer, or for a connection.
    public int awaiting() {
        return awaiting.get();
    }

    /// The number of answers that are being read; each holds a connection.
    public int reading() {
        return reading.get();
    }

    void asked() {
        awaiting.incrementAndGet();
    }

    /// @param status 200 for every good answer, 0 for none at all
    void ended(String operation, int status, long nanos) {
        awaiting.decrementAndGet();
        durations.computeIfAbsent(operation, _ -> new Durations()).add(nanos);
        if (!isAnAnswer(status)) {
            failures.computeIfAbsent(new Failed(operation, status), _ -> new LongAdder())
                    .increment();
        }
    }

    /// True unless a request that ended with this status has failed.
    static boolean isAnAnswer(int status) {
        return switch (status) {
            case 200, 304, 404, 412, 416 -> true;
            default -> false;
        };
    }

    void opened() {
        reading.incrementAndGet();
    }

    void closed() {
        reading.decrementAndGet();
    }

    /// A histogram of durations. Safe for many threads.
    public static final class Durations {

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
}
