package dev.aloft.store;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.ExecutableHttpRequest;

/// The time limit of one request with all its attempts, counted from its beginning or from the last progress that was
/// reported. At its end the attempt under way is aborted, and every later step fails. The thread of the request uses
/// it; closing it ends the limit.
final class TimeLimit implements AutoCloseable {

    private final Duration limit;
    private final ScheduledExecutorService timers;
    private volatile long begin = System.nanoTime();
    private Future<?> end;
    private boolean closed;
    private @Nullable ExecutableHttpRequest underWay;
    private boolean passed;

    TimeLimit(Duration limit, ScheduledExecutorService timers) {
        this.limit = limit;
        this.timers = timers;
        this.end = timers.schedule(this::pass, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Begins anew, because the request has made progress.
    void restart() {
        begin = System.nanoTime();
    }

    private Duration left() {
        return limit.minusNanos(System.nanoTime() - begin);
    }

    private synchronized void pass() {
        Duration left = left();
        if (closed) {
            return;
        }
        if (left.isPositive()) {
            end = timers.schedule(this::pass, left.toNanos(), TimeUnit.NANOSECONDS);
            return;
        }
        passed = true;
        if (underWay != null) {
            underWay.abort();
        }
    }

    /// Puts an attempt under the limit.
    ///
    /// @throws ApiCallTimeoutException after the end
    synchronized void cover(ExecutableHttpRequest attempt) {
        requireTime();
        underWay = attempt;
    }

    /// Takes the attempt out of the limit: what is still open of its answer is not aborted any more.
    ///
    /// @throws ApiCallTimeoutException after the end
    synchronized void release() {
        underWay = null;
        requireTime();
    }

    /// @throws ApiCallTimeoutException after the end
    synchronized void requireTime() {
        if (passed) {
            throw ApiCallTimeoutException.create(limit.toMillis());
        }
    }

    /// Waits before the next attempt, at most until the end.
    ///
    /// @throws AbortedException when interrupted; the interrupt status stays set
    void pause(Duration delay) {
        try {
            Duration left = left();
            if (delay.compareTo(left) >= 0) {
                Thread.sleep(left.isNegative() ? Duration.ZERO : left);
                throw ApiCallTimeoutException.create(limit.toMillis());
            }
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("interrupted between two attempts", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end.cancel(false);
    }
}
