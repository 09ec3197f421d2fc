package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The health of a bucket by its last requests: up, down, or being probed.
///
/// When a request fails for want of an answer, one request to the bucket itself distinguishes a store that is down from
/// a request that failed alone. Requests that come before the verdict wait for it, so that a client whose requests
/// follow one another waits out one time limit, not one for each. While the store is down, requests fail at once, and
/// the bucket is asked again once a [#PROBE_INTERVAL] in the background until it answers. A request that failed alone
/// affects no other.
///
/// Safe for many threads. Starts at most one thread, which ends when the store answers or when this is closed.
final class Health implements AutoCloseable {

    static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Probe probe;
    private final InstantSource clock;
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile @Nullable Trouble down;
    private volatile @Nullable Thread prober;

    /// Opens with the first answer to the probe under way.
    private volatile CountDownLatch verdict = new CountDownLatch(0);

    private volatile boolean closed;

    Health(Probe probe, InstantSource clock) {
        this.probe = probe;
        this.clock = clock;
    }

    /// Fails at once while the store is known to be down. While a probe is to find out, waits for its first answer.
    void requireUp() throws StoreException {
        awaitVerdict();
        Trouble trouble = down;
        if (trouble != null) {
            throw trouble.again();
        }
    }

    private void awaitVerdict() throws StoreException {
        try {
            verdict.await(); // bounded: the probe has a time limit, and closing this ends it
        } catch (InterruptedException e) {
            throw StoreException.interrupted("ask the store, while it is found out whether it is down", e);
        }
    }

    /// The trouble that makes the store count as down, if any.
    Optional<Trouble> trouble() {
        return Optional.ofNullable(down);
    }

    /// Notes how a request failed.
    void failed(StoreException e) {
        if (meansDown(e.kind())) {
            startProbing();
        }
    }

    private static boolean meansDown(Kind kind) {
        return switch (kind) {
            case TIMEOUT, UNAVAILABLE, NO_BUCKET -> true;
            case CREDENTIALS,
                    DENIED,
                    NOT_FOUND,
                    PRECONDITION,
                    RANGE,
                    INVALID,
                    TOO_LARGE,
                    FULL,
                    INTERRUPTED,
                    BUSY,
                    BAD_ANSWER -> false;
        };
    }

    private void startProbing() {
        if (!closed && probing.compareAndSet(false, true)) {
            verdict = new CountDownLatch(1);
            prober = Thread.ofVirtual().name("aloft-probe").start(this::probeUntilAnswered);
        }
    }

    private void probeUntilAnswered() {
        try {
            while (!closed && !answers()) {
                verdict.countDown();
                Thread.sleep(PROBE_INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            verdict.countDown();
            probing.set(false);
        }
    }

    private boolean answers() {
        try {
            probe.ask();
        } catch (StoreException e) {
            if (meansDown(e.kind())) {
                declareDown(e.kind(), String.valueOf(e.getMessage()));
                return false;
            }
            // It answers; whether it lets us is for each request to find out.
        } catch (RuntimeException | Error e) {
            // No other thread asks while the store is down, so this one must continue.
            declareDown(Kind.UNAVAILABLE, "cannot ask the store: " + e);
            return false;
        }
        recovered();
        return true;
    }

    private void declareDown(Kind kind, String message) {
        Trouble before = down;
        if (before == null && !closed) {
            LOG.warn("the store is down: {}", message);
        }
        down = new Trouble(kind, message, before == null ? clock.instant() : before.since());
    }

    private void recovered() {
        Trouble before = down;
        down = null;
        if (before != null) {
            LOG.warn(
                    "the store answers again, after {} s",
                    Duration.between(before.since(), clock.instant()).toSeconds());
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread thread = prober;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// The harmless request that shows whether the bucket answers. It has a time limit of its own.
    interface Probe {
        void ask() throws StoreException;
    }

    /// The reason why the store is down, and the time since when.
    record Trouble(Kind kind, String message, Instant since) {

        StoreException again() {
            return StoreException.toldAgain(kind, message, since);
        }
    }
}
