package dev.aloft.server.objectcache;

import dev.aloft.server.objectcache.KnownChanges.State;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A copy of the server's answer to a command that reads.
///
/// @param value of a `get`; null if the key was absent
/// @param keys of a `recall`
/// @param slot of the key in [KnownChanges]; [#ANY_SLOT] for an answer that only a flush changes
/// @param readAt state of the server when it gave the answer
record HostCopy(@Nullable CachedEntry value, List<CacheCommand.Get> keys, int slot, State readAt, long readNanos) {

    static final int ANY_SLOT = -1;

    /// The server evicts what is not read there for long.
    private static final Duration AGE_LIMIT = Duration.ofMinutes(1);

    private static final int OVERHEAD_BYTES = 300;
    private static final int OVERHEAD_OF_A_LISTED_KEY = 100;

    HostCopy {
        keys = List.copyOf(keys);
    }

    boolean isUsable(long nowMillis, long nowNanos) {
        return nowNanos - readNanos < AGE_LIMIT.toNanos() && (value == null || !value.isExpired(nowMillis));
    }

    /// True if the server would give the same answer.
    ///
    /// @param state of the server, which `changes` has learned
    boolean isCurrent(State state, KnownChanges changes) {
        long since = value == null ? readAt.last() : value.version();
        return readAt.generation() == state.generation()
                && since <= state.last()
                && (slot == ANY_SLOT || changes.lastChange(slot) <= readAt.last());
    }

    int length() {
        return value == null ? 0 : value.value().length;
    }

    /// Estimated memory.
    long cost(CacheCommand command) {
        long bytes = OVERHEAD_BYTES + (long) length();
        for (CacheCommand.Get get : keys) {
            bytes += OVERHEAD_OF_A_LISTED_KEY + get.key().bytes();
        }
        return command instanceof CacheCommand.Get(EntryKey key) ? bytes + key.bytes() : bytes;
    }
}
