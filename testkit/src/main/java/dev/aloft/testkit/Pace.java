package dev.aloft.testkit;

import java.io.InterruptedIOException;
import java.time.Duration;

/// Pace of a slow body: a number of bytes after each interval.
record Pace(int bytes, Duration interval) {

    Pace {
        if (bytes < 1) {
            throw new IllegalArgumentException("a drip needs at least 1 byte for each interval: " + bytes);
        }
    }

    /// Waits one interval.
    void await() throws InterruptedIOException {
        try {
            Thread.sleep(interval);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dripping");
        }
    }
}
