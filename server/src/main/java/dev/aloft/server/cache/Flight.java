package dev.aloft.server.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A single flight (request coalescing): one request to an origin whose answer several clients wait for. It ends with
/// an
/// [Outcome]. An answer that may not be shared belongs to the client that started the flight.
final class Flight {

    private final Consumer<Flight> landing;
    private final CountDownLatch landed = new CountDownLatch(1);
    private final AtomicReference<@Nullable OriginAnswer> unshared = new AtomicReference<>();
    private volatile @Nullable Outcome outcome;
    private volatile boolean abandoned;
    private volatile boolean overtaken;

    /// @param landing what is done before anybody hears how it ended: nobody may board any more
    Flight(Consumer<Flight> landing) {
        this.landing = landing;
    }

    /// The end of a flight.
    sealed interface Outcome {

        /// There is an answer for everybody.
        ///
        /// @param status the origin's, which is 304 where it has confirmed what was stored
        record Shared(StoredAnswer answer, int status, boolean stored) implements Outcome {}

        /// There is an answer that may not be shared: see [Flight#claim].
        record Unshared(int status) implements Outcome {}

        /// There is none.
        record Failed(OriginFailure failure) implements Outcome {}
    }

    /// Marks the target as purged meanwhile: the answer may be older than the change, and is not stored.
    void overtake() {
        overtaken = true;
    }

    boolean isCurrent() {
        return !overtaken;
    }

    /// Ends it; what happens later makes no difference.
    synchronized void land(Outcome how) {
        if (outcome == null) {
            landing.accept(this);
            outcome = how;
            landed.countDown();
        }
    }

    /// Lands with an answer for the one who claims it. If all who might are gone, it is closed.
    void land(OriginAnswer answer) throws IOException {
        unshared.set(answer);
        land(new Outcome.Unshared(answer.status()));
        if (abandoned) {
            abandon();
        }
    }

    /// Waits for the end; null when the limit has come first.
    @Nullable
    Outcome await(Duration limit) {
        try {
            return landed.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? outcome : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// The answer that is for one only, if nobody has it yet.
    @Nullable
    OriginAnswer claim() {
        return unshared.getAndSet(null);
    }

    /// The client that started this does not want an unshared answer any more.
    void abandon() throws IOException {
        abandoned = true;
        OriginAnswer left = claim();
        if (left != null) {
            left.close();
        }
    }
}
