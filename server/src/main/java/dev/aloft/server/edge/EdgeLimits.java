package dev.aloft.server.edge;

import java.time.Duration;

/// What one client may ask of the edge, and how long the site behind it may take.
///
/// @param maxBodyBytes the largest body of a request to the site
/// @param idle how long a client may send and take nothing
/// @param siteSilence how long the site behind may say nothing before it is given up
public record EdgeLimits(long maxBodyBytes, Duration idle, Duration siteSilence) {

    /// 128 MiB, 30 s and 120 s.
    public static final EdgeLimits DEFAULT = new EdgeLimits(128 << 20, Duration.ofSeconds(30), Duration.ofSeconds(120));

    public EdgeLimits {
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException("a body cannot be limited to " + maxBodyBytes + " bytes");
        }
        requirePositive("idle", idle);
        requirePositive("siteSilence", siteSilence);
    }

    private static void requirePositive(String name, Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException(name + " is no time to wait: " + limit);
        }
    }
}
