package dev.aloft.server.fleet;

import dev.aloft.server.redis.RedisAddress;

/// The fleet that a process belongs to.
///
/// @param name lower-case letters, digits and hyphens; fleets that share a server have different names
public record FleetSettings(RedisAddress address, String name) {

    /// The name of a fleet that has a server to itself.
    public static final String DEFAULT_NAME = "fleet";

    /// @throws IllegalArgumentException for an invalid name
    public FleetSettings {
        if (!isName(name)) {
            throw new IllegalArgumentException("not the name of a fleet: " + name);
        }
    }

    /// True for a valid name of a fleet.
    public static boolean isName(String name) {
        return name.matches("[a-z0-9][a-z0-9-]{0,62}");
    }

    /// The beginning of all names of channels and keys.
    public String prefix() {
        return "aloft:" + name + ":";
    }

    String channel() {
        return prefix() + "changes";
    }
}
