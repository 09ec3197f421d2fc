package dev.aloft.server.objectcache;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// WordPress's object cache of one site. Keys and values are bytes, of which it knows nothing.
///
/// The commands of an exchange are carried out together: no command of another exchange comes between them. A value is
/// never returned after it was replaced, deleted, flushed or has expired. It may be evicted at any time. Safe for many
/// threads.
public sealed interface ObjectCache permits MemoryObjectCache, RedisObjectCache {

    /// The longest request of one exchange.
    int MAX_EXCHANGE_BYTES = 32 << 20;

    /// The smallest cache, in bytes.
    long MIN_BYTES = 1 << 20;

    /// Counts since the start.
    ///
    /// @param hits values returned
    /// @param misses keys without a value
    /// @param memory empty if the values are on a server
    record Statistics(long hits, long misses, Optional<Memory> memory) {}

    /// The memory of a cache in this process.
    record Memory(long entries, long bytes, long maxBytes, long evictions) {}

    Statistics statistics();

    /// Memory for the values of a response, which outlive their eviction until the client has taken them.
    interface Room {

        /// @param bytes of all values; more than at the last call
        /// @throws IOException if there is not enough memory; then nothing is carried out
        void reserve(long bytes) throws IOException;
    }

    /// An exchange was not carried out on the server of an object cache. The keys that it was to change are deleted as
    /// soon as the server answers.
    final class AwayException extends IOException {

        private static final long serialVersionUID = 1;

        private final boolean refused;

        /// @param refused true if the server answers, and refuses this exchange
        private AwayException(String message, boolean refused, Throwable cause) {
            super(message, cause);
            this.refused = refused;
        }

        AwayException(String message, Throwable cause) {
            this(message, false, cause);
        }

        AwayException(String message) {
            super(message);
            this.refused = false;
        }

        static AwayException refused(String message) {
            return new AwayException(message, true, new IOException(message));
        }

        boolean isRefused() {
            return refused;
        }
    }

    /// Carries out the commands of one exchange.
    ///
    /// @param room is asked before, for the values that the response is going to have
    /// @return the response, in pieces; the caller must not change them
    /// @throws IllegalArgumentException for a malformed request, of which nothing is carried out
    /// @throws AwayException if the values are on a server that does not answer
    List<byte[]> answer(byte[] request, Room room) throws IOException;
}
