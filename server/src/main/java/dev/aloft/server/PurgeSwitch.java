package dev.aloft.server;

/// Whether CDNs are purged when a site's uploads change. They are, unless the project's `composer.json` says otherwise,
/// which PHP reads and sends with each change: the last one decides. Safe for many threads.
public final class PurgeSwitch {

    private volatile boolean off;

    /// Whether CDNs are not purged.
    public boolean isOff() {
        return off;
    }

    public void set(boolean isOff) {
        off = isOff;
    }
}
