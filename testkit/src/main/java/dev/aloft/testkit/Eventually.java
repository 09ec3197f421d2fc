package dev.aloft.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for conditions that another thread or process brings about.
public final class Eventually {

    /// Generous, because a busy machine may not run that thread for seconds.
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private Eventually() {}

    /// Returns as soon as a condition holds.
    ///
    /// @param what the condition in words, for the failure
    /// @throws AssertionError if it does not hold within two minutes
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            Thread.sleep(POLL_INTERVAL);
        }
    }
}
