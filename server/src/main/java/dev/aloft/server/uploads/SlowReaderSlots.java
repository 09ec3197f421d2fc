package dev.aloft.server.uploads;

import dev.aloft.server.cache.OriginFailure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;

/// How many connections to S3 clients may hold at their own pace, all of them together; the others of the store's are
/// for what goes at S3's pace: small files, slices, and what the agent does. First come, first served. Safe for many
/// threads.
public final class SlowReaderSlots {

    /// Half of what a store has.
    static final int MAX_SLOTS = 128;

    /// How long one that wants a place waits for it.
    static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

    /// How long one that has a place may keep it without taking anything.
    static final Duration IDLE_LIMIT = Duration.ofSeconds(2);

    /// The same while others wait.
    static final Duration IDLE_LIMIT_WHILE_OTHERS_WAIT = Duration.ofMillis(500);

    private final Semaphore free = new Semaphore(MAX_SLOTS, true);

    /// Takes a place if there is one and nobody waits, to be given back by [#release].
    boolean tryAcquire() {
        return !free.hasQueuedThreads() && free.tryAcquire();
    }

    /// Waits for a place.
    ///
    /// @throws OriginFailure when none has become free in time
    void acquire() throws OriginFailure {
        try {
            if (free.tryAcquire(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OriginFailure(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                "Service Unavailable",
                "no connection for a client's pace within " + WAIT_LIMIT.toSeconds() + " s: " + MAX_SLOTS
                        + " are taken",
                null);
    }

    void release() {
        free.release();
    }

    /// Whether whoever has had a place for so long without using it must give it up.
    boolean isIdleTooLong(Duration idle) {
        return idle.compareTo(free.hasQueuedThreads() ? IDLE_LIMIT_WHILE_OTHERS_WAIT : IDLE_LIMIT) >= 0;
    }

    public int waiting() {
        return free.getQueueLength();
    }

    public int taken() {
        return MAX_SLOTS - free.availablePermits();
    }
}
