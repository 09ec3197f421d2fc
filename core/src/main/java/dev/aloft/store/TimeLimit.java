package dev.aloft.store;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.ExecutableHttpRequest;

/// The time limit of one request with all its attempts. At its end the attempt under way is aborted, and every later
/// step fails. The thread of the request uses it; closing it ends the limit.
final class TimeLimit implements AutoCloseable {

    private final Duration limit;
    private final long begin = System.nanoTime();
    private final Future<?> end;
    private @Nullable ExecutableHttpRequest underWay;
    private boolean passed;

    TimeLimit(Duration limit, ScheduledExecutorService timers) {
        this.limit = limit;
        this.end = timers.schedule(this::pass, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void pass() {
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
            Duration left = limit.minusNanos(System.nanoTime() - begin);
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
    public void close() {
        end.cancel(false);
    }
}
