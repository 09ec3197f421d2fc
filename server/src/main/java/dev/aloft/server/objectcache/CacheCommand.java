package dev.aloft.server.objectcache;

import org.jspecify.annotations.Nullable;

/// One command of an exchange, as in `docs/reference/agent-protocol.md`.
sealed interface CacheCommand {

    /// Ends the exchange, without its further commands, after this time.
    ///
    /// @param deadline in milliseconds since 1970
    record Until(long deadline) implements CacheCommand {}

    /// Gets the numbers of the last changes, by which a client validates values that it keeps.
    record Changes() implements CacheCommand {}

    /// Lists some keys, and the sizes of their values.
    ///
    /// @param cursor 0, or of an earlier list
    record Keys(String cursor) implements CacheCommand {}

    record Get(EntryKey key) implements CacheCommand {}

    /// Gets all keys of a stored list.
    record Recall(EntryKey list) implements CacheCommand {}

    /// @param ttl in seconds; 0 for no limit
    /// @param base the number up to which the client knew the key; null for an unconditional write
    @SuppressWarnings("ArrayRecordComponent") // commands are never compared
    record Store(
            Condition condition,
            EntryKey key,
            byte[] value,
            long ttl,
            @Nullable Long base) implements CacheCommand {}

    record Delete(EntryKey key) implements CacheCommand {}

    record Increment(EntryKey key, long offset) implements CacheCommand {}

    record FlushGroup(String group) implements CacheCommand {

        /// @throws IllegalArgumentException for a group that is too long to have values
        public FlushGroup {
            EntryKey.requireLength(group);
        }
    }

    record Flush() implements CacheCommand {}

    /// Flushes unless the last flush of this name had the same token.
    record FlushOnce(String name, String token) implements CacheCommand {}

    /// The condition under which a value is stored.
    enum Condition {
        ALWAYS,
        ABSENT,
        PRESENT
    }
}
