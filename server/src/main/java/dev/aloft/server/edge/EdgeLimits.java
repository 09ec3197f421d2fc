package dev.aloft.server.edge;

import java.time.Duration;

/// What one client may ask of the edge.
///
/// @param idle how long a client may send and take nothing
public record EdgeLimits(Duration idle) {

    /// 30 s.
    public static final EdgeLimits DEFAULT = new EdgeLimits(Duration.ofSeconds(30));

    public EdgeLimits {
        requirePositive("idle", idle);
    }

    private static void requirePositive(String name, Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException(name + " is no time to wait: " + limit);
        }
    }
}
