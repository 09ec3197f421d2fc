package dev.aloft.server.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A single flight (request coalescing): one request to an origin whose answer several clients wait for. It ends with
/// an [Outcome]. An answer that may not be shared belongs to the client that started the flight.
final class Flight {

    private final long began;
    private final @Nullable Flight predecessor;
    private final Consumer<Flight> landing;
    private final CountDownLatch landed = new CountDownLatch(1);
    private final AtomicReference<Origin.@Nullable Answer> unshared = new AtomicReference<>();
    private volatile @Nullable Outcome outcome;
    private volatile boolean abandoned;
    private volatile boolean overtaken;

    /// @param began time of its begin, in milliseconds
    /// @param predecessor one for the same target that is not joined any more
    /// @param landing called before clients get the outcome, to let no further client join
    Flight(long began, @Nullable Flight predecessor, Consumer<Flight> landing) {
        this.began = began;
        this.predecessor = predecessor;
        this.landing = landing;
    }

    /// The end of a flight.
    sealed interface Outcome {

        /// An answer for all waiting clients.
        ///
        /// @param status of the origin's answer; 304 if it confirmed the stored one
        record Shared(StoredAnswer answer, int status, boolean stored) implements Outcome {}

        /// An answer that may not be shared: see [Flight#claim].
        record Unshared(int status) implements Outcome {}

        /// No answer.
        record Failed(Origin.Failure failure) implements Outcome {}
    }

    /// True if its answer cannot be older than this time.
    boolean isSince(long millis) {
        return began >= millis;
    }

    /// True while the flight before this one is under way, too.
    boolean isSecond() {
        return predecessor != null && predecessor.outcome == null;
    }

    /// Marks the target as purged during the flight: the answer may be older than the change and is not stored. Nor is
    /// that of the flight before.
    void overtake() {
        overtaken = true;
        if (predecessor != null) {
            predecessor.overtake();
        }
    }

    boolean isCurrent() {
        return !overtaken;
    }

    /// Ends the flight; later calls have no effect.
    synchronized void land(Outcome how) {
        if (outcome == null) {
            landing.accept(this);
            outcome = how;
            landed.countDown();
            if (predecessor != null) {
                predecessor.overtake();
            }
        }
    }

    /// Ends the flight with an answer for the client that claims it. If no such client is left, the answer is closed.
    void land(Origin.Answer answer) throws IOException {
        unshared.set(answer);
        land(new Outcome.Unshared(answer.status()));
        if (abandoned) {
            abandon();
        }
    }

    /// Waits for the end; null after the time limit.
    @Nullable
    Outcome await(Duration limit) {
        try {
            return landed.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? outcome : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// The unshared answer, if it has not been claimed.
    Origin.@Nullable Answer claim() {
        return unshared.getAndSet(null);
    }

    /// Closes an unshared answer: the client that started the flight no longer needs it.
    void abandon() throws IOException {
        abandoned = true;
        Origin.Answer left = claim();
        if (left != null) {
            left.close();
        }
    }
}
