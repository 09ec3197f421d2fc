package dev.aloft.server;

import java.util.concurrent.atomic.AtomicInteger;

/// Switch of the purges of CDNs when a site's uploads change. They are on, unless the project's `composer.json` says
/// otherwise, which PHP reads and sends with each change: the last one decides. Changes that hide a file are announced
/// nevertheless. Safe for many threads.
public final class PurgeSwitch {

    private final AtomicInteger hiding = new AtomicInteger();
    private volatile boolean off;

    /// Returns true if CDNs are not purged.
    public boolean isOff() {
        return off && hiding.get() == 0;
    }

    public void set(boolean isOff) {
        off = isOff;
    }

    /// Begins a change after which visitors may not read a file any more: until it ends, purges are on.
    public Hiding hide() {
        hiding.incrementAndGet();
        return hiding::decrementAndGet;
    }

    /// A change begun by [#hide].
    public interface Hiding extends AutoCloseable {
        @Override
        void close();
    }
}
