package dev.aloft.server.edge;

import java.time.Duration;

/// Limits for the edge's clients.
///
/// @param idle the time for which a client may neither send nor receive
/// @param head the time for the whole head of a request
/// @param connections of all clients; from seven eighths of them on, idle ones are closed to make room
/// @param connectionsPerAddress of one client's address, or one IPv6 network of 64 bits; trusted proxies have no such
///     limit
public record EdgeLimits(Duration idle, Duration head, int connections, int connectionsPerAddress) {

    /// 30 s idle, 30 s for a head, 8,192 connections, 1,024 of one address.
    public static final EdgeLimits DEFAULT = new EdgeLimits(Duration.ofSeconds(30), Duration.ofSeconds(30), 8192, 1024);

    /// @throws IllegalArgumentException for a time below a millisecond, or less than one connection
    public EdgeLimits {
        requirePositive("idle", idle);
        requirePositive("head", head);
        if (connections < 1 || connectionsPerAddress < 1) {
            throw new IllegalArgumentException("no client could connect: " + connections + " connections, "
                    + connectionsPerAddress + " an address");
        }
    }

    /// The same with another number of connections for one address, at least 1.
    public EdgeLimits withConnectionsPerAddress(int count) {
        return new EdgeLimits(idle, head, connections, count);
    }

    private static void requirePositive(String name, Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException(name + " is no time to wait: " + limit);
        }
    }
}
