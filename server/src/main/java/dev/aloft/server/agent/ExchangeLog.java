package dev.aloft.server.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Counts a site's exchanges, and those that failed by the store's or the agent's fault, and keeps the last of these
/// for the operator. For any thread.
final class ExchangeLog {

    /// The number of failures kept.
    static final int MAX_FAILURES = 20;

    private final InstantSource clock;
    private final Instant since;
    private final LongAdder exchanges = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Deque<Failure> last = new ArrayDeque<>();

    /// One failed exchange.
    ///
    /// @param what as it was asked
    /// @param why as it was answered
    /// @param caller the place in the site's code that asked; empty if unknown
    record Failure(Instant when, String what, int status, String why, String caller) {}

    ExchangeLog(InstantSource clock) {
        this.clock = clock;
        since = clock.instant();
    }

    void exchanged() {
        exchanges.increment();
    }

    void failed(String what, String caller, Problem problem) {
        failures.increment();
        synchronized (last) {
            last.addFirst(new Failure(clock.instant(), what, problem.status(), problem.message(), caller));
            if (last.size() > MAX_FAILURES) {
                last.removeLast();
            }
        }
    }

    Instant since() {
        return since;
    }

    long exchanges() {
        return exchanges.sum();
    }

    long failures() {
        return failures.sum();
    }

    /// The newest first.
    List<Failure> lastFailures() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }
}
