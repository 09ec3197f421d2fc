package dev.aloft.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that moves when a test says so. For any thread.
public final class SettableClock implements InstantSource {

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /// Lets so much time pass.
    public synchronized void advance(Duration time) {
        now = now.plus(time);
    }
}
