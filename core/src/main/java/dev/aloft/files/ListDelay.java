package dev.aloft.files;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// The delay of a lookup below a path behind the lookup of the path itself, whose answer mostly makes it needless.
///
/// Where a store is near, half the requests are saved by waiting a moment; where it is far, a moment would be a whole
/// round trip, and the two go out together. So this watches how long the looks take. Safe for many threads.
final class ListDelay {

    /// A store that answers within this is near.
    static final Duration NEAR_LIMIT = Duration.ofMillis(5);

    /// The share of the last answer in what is typical: one in so many.
    private static final int WEIGHT = 8;

    private final AtomicLong typicalNanos = new AtomicLong();

    /// A look took so long, an answer that was known apart.
    void took(long nanos) {
        typicalNanos.accumulateAndGet(nanos, (old, last) -> old == 0 ? last : old + (last - old) / WEIGHT);
    }

    /// The delay; zero until the first lookup has been measured.
    Duration delay() {
        long typical = typicalNanos.get();
        return typical > NEAR_LIMIT.toNanos() ? Duration.ZERO : Duration.ofNanos(2 * typical);
    }
}
