package dev.aloft.store;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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

    /// The durations of requests to the head of their answer, whatever it said; those without an answer, to their end.
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

    private static boolean isAnAnswer(int status) {
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
}
