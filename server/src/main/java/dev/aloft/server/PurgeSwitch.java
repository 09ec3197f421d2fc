package dev.aloft.server;

/// Switch of the purges of CDNs when a site's uploads change. They are on, unless the project's `composer.json` says
/// otherwise, which PHP reads and sends with each change: the last one decides. Safe for many threads.
public final class PurgeSwitch {

    private volatile boolean off;

    /// Returns true if CDNs are not purged.
    public boolean isOff() {
        return off;
    }

    public void set(boolean isOff) {
        off = isOff;
    }
}
