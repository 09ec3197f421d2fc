package dev.aloft.backup;

import dev.aloft.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// S3's clock, by which the age of every object is judged. It is read from the answer to a write, which has whole
/// seconds, so the host's finer clock is used while it is within [#TOLERANCE] of S3's. A larger difference is logged
/// and corrected.
///
/// @param ahead the host's clock less S3's; zero within the tolerance
record StoreClock(InstantSource host, Duration ahead) {

    static final Duration TOLERANCE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(StoreClock.class);

    /// Reads the clock.
    ///
    /// @param written an object that was written just now
    static StoreClock of(StoredObject written, InstantSource host) {
        Duration ahead = Duration.between(written.modified(), host.instant());
        if (ahead.abs().compareTo(TOLERANCE) <= 0) {
            return new StoreClock(host, Duration.ZERO);
        }
        LOG.warn(
                "the clock of this host is {} s {} S3's, which is used instead; synchronise it (NTP)",
                ahead.abs().toSeconds(),
                ahead.isNegative() ? "behind" : "ahead of");
        return new StoreClock(host, ahead);
    }

    /// The time by S3's clock.
    Instant now() {
        return host.instant().minus(ahead);
    }
}
