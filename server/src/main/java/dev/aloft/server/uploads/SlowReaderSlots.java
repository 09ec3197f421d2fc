package dev.aloft.server.uploads;

import dev.aloft.server.cache.Origin;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;

/// Limits the S3 connections that slow clients hold open, all clients together. The store's other connections are for
/// work at S3's pace: small files, slices, and the agent. First come, first served. Safe for many threads.
final class SlowReaderSlots {

    /// A quarter of a store's connections.
    static final int MAX_SLOTS = 128;

    /// The time to wait for a slot.
    static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

    /// The time after which an idle client loses its slot.
    static final Duration IDLE_LIMIT = Duration.ofSeconds(2);

    /// The same while others wait.
    static final Duration IDLE_LIMIT_WHILE_OTHERS_WAIT = Duration.ofMillis(500);

    private final Semaphore free = new Semaphore(MAX_SLOTS, true);

    /// Takes a slot if one is free and no other client waits. [#release] gives it back.
    boolean tryAcquire() {
        return !free.hasQueuedThreads() && free.tryAcquire();
    }

    /// Waits for a slot.
    ///
    /// @throws Origin.Failure if none becomes free within the limit
    void acquire() throws Origin.Failure {
        try {
            if (free.tryAcquire(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Origin.Failure(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                "Service Unavailable",
                "no connection for a client's pace within " + WAIT_LIMIT.toSeconds() + " s: " + MAX_SLOTS
                        + " are taken",
                null);
    }

    void release() {
        free.release();
    }

    /// Checks whether a client that has been idle for this time must give its slot up.
    boolean isIdleTooLong(Duration idle) {
        return idle.compareTo(free.hasQueuedThreads() ? IDLE_LIMIT_WHILE_OTHERS_WAIT : IDLE_LIMIT) >= 0;
    }

    /// The number of clients that wait for a slot; an estimate, for metrics.
    int waiting() {
        return free.getQueueLength();
    }

    /// The number of slots in use, 0 to [#MAX_SLOTS].
    int taken() {
        return MAX_SLOTS - free.availablePermits();
    }
}
