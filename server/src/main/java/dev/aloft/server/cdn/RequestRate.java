package dev.aloft.server.cdn;

import java.time.Duration;

/// The requests that a CDN takes: so many at once, and then so many a minute.
record RequestRate(int burst, int perMinute) {

    /// No limit; a CDN that is busy says so.
    static final RequestRate UNLIMITED = new RequestRate(0, 0);

    /// The requests that are left at a rate. For one thread.
    static final class Budget {

        private final RequestRate rate;
        private double left;
        private long measured;

        /// @param now in nanoseconds
        Budget(RequestRate rate, long now) {
            this.rate = rate;
            this.left = rate.burst;
            this.measured = now;
        }

        /// Takes one request.
        ///
        /// @param now in nanoseconds
        /// @return the pause before it
        Duration take(long now) {
            if (rate.equals(UNLIMITED)) {
                return Duration.ZERO;
            }
            double nanosEach = 60e9 / rate.perMinute;
            left = Math.min(rate.burst, left + (now - measured) / nanosEach) - 1;
            measured = now;
            return left >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-left * nanosEach));
        }
    }
}
