package dev.aloft.files;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The delay of a lookup below a path behind the lookup of the path itself, whose answer mostly makes it needless.
///
/// Where a store is near, half the requests are saved by waiting a moment. Where it is far, a moment would be a whole
/// round trip, and the two go out together, until [#FILES_IN_A_ROW] looks have found files: then the next one likely
/// does, too. So this watches how long the looks take and what they find. Safe for many threads.
final class ListDelay {

    /// A store that answers within this is near.
    static final Duration NEAR_LIMIT = Duration.ofMillis(5);

    static final int FILES_IN_A_ROW = 8;

    /// The share of the last answer in what is typical: one in so many.
    private static final int WEIGHT = 8;

    private final AtomicLong typicalNanos = new AtomicLong();
    private final AtomicInteger filesInARow = new AtomicInteger();

    /// A look took so long, an answer that was known apart.
    ///
    /// @param isFile whether it found a file, so that the lookup below it was needless
    void took(long nanos, boolean isFile) {
        typicalNanos.accumulateAndGet(nanos, (old, last) -> old == 0 ? last : old + (last - old) / WEIGHT);
        filesInARow.updateAndGet(count -> isFile ? Math.min(count + 1, FILES_IN_A_ROW) : 0);
    }

    /// The delay; zero until the first lookup has been measured.
    Duration delay() {
        long typical = typicalNanos.get();
        boolean waits = typical <= NEAR_LIMIT.toNanos() || filesInARow.get() == FILES_IN_A_ROW;
        return waits ? Duration.ofNanos(2 * typical) : Duration.ZERO;
    }
}
