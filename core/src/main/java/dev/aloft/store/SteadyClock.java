package dev.aloft.store;

import java.time.Instant;
import java.time.InstantSource;

/// A clock that is never set: it began with the system's time and counts on from there. The age of what is known
/// must not shrink because an operator or NTP turned the system's clock back.
///
/// Safe for many threads.
final class SteadyClock implements InstantSource {

    private final Instant start = Instant.now();
    private final long origin = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - origin);
    }
}
