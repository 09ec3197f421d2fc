package dev.aloft.server.objectcache;

import dev.aloft.server.fleet.FleetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// WordPress's object cache of one site. Keys and values are bytes, of which it knows nothing.
///
/// The commands of an exchange are carried out together: no command of another exchange comes between them. A value is
/// never returned after it was replaced, deleted, flushed or has expired. It may be evicted at any time. Safe for many
/// threads.
public sealed interface ObjectCache extends AutoCloseable permits MemoryObjectCache, RedisObjectCache {

    /// The longest request of one exchange.
    int MAX_EXCHANGE_BYTES = 32 << 20;

    /// The smallest cache, in bytes.
    long MIN_BYTES = 1 << 20;

    /// A cache in the memory of this process.
    ///
    /// @throws IllegalArgumentException for less than [#MIN_BYTES]
    static ObjectCache inMemory(long maxBytes) {
        return new MemoryObjectCache(maxBytes, InstantSource.system());
    }

    /// A cache on the fleet's server, shared by all hosts of a site. Connects at the first exchange. After a process
    /// that ended during an outage, it flushes the site first.
    ///
    /// @param site identifies the site on all hosts: its bucket and prefix
    /// @param maxBytes of the copies on this host
    /// @param awayFile exists during an outage; without one, a cache forgets at its end what an outage made it miss
    static ObjectCache ofFleet(FleetSettings settings, String site, long maxBytes, Optional<Path> awayFile) {
        return new RedisObjectCache(settings, site, maxBytes, awayFile);
    }

    /// Tries what object caches need of the fleet's server: it stores and deletes a value of no site.
    ///
    /// @throws IOException if it does not work
    static void tryServer(FleetSettings settings) throws IOException {
        RedisObjectCache.tryServer(settings);
    }

    /// Counts since the start.
    ///
    /// @param hits values returned
    /// @param misses keys without a value
    /// @param memory of the values, or of copies of those on a server
    /// @param isShared true if the values are on a server, for all hosts
    record Statistics(long hits, long misses, Memory memory, boolean isShared) {}

    /// The memory in this process.
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

    /// Closes the connections to a server. No exchange may follow.
    @Override
    default void close() {}
}
