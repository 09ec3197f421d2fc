package dev.aloft.server.cache;

import dev.aloft.server.cache.CacheStatus.Reason;
import dev.aloft.server.compression.Compressor;
import dev.aloft.server.compression.ContentCoding;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// A shared HTTP cache (RFC 9111), for any number of origins.
///
/// A `GET` or `HEAD` is answered from a fresh stored answer. Otherwise the origin is asked, once for all clients
/// that make the same request at that moment. A stale answer is used where its origin allows it: during revalidation
/// in the background, or when the origin fails. A request of another method passes through and, if it succeeds,
/// invalidates the URLs that it names. The `Cache-Control` of a client is ignored: clients cannot force a request to
/// the origin.
///
/// Conditions and ranges of a client are evaluated here, on stored answers and on those of status 200 that pass
/// through. Safe for many threads; all calls except [#ready] block. Closing it ends the background work.
public final class HttpCache implements AutoCloseable {

    /// The memory of bodies that are read or taken is as large as that of the cache, and this.
    private static final long MORE_ROOM_BYTES = 8 << 20;

    /// The part of it that large bodies leave free.
    private static final long SMALL_ROOM_BYTES = MORE_ROOM_BYTES / 2;

    private final MemoryStore memory;
    private final @Nullable DiskStore disk;
    private final OriginClient origins;
    private final BodyRoom bodies;
    private final Fetches fetches;
    private final Forwarding forwarding;
    private final ReadExchanges reads;
    private final @Nullable Compressor compressor;

    /// A cache whose answers have the lifetimes that their origins state.
    ///
    /// @param clock for the age of stored answers
    ///
    /// @throws IOException if the folder on disk cannot be used
    public HttpCache(CacheSettings settings, InstantSource clock) throws IOException {
        this(settings, clock, _ -> 0);
    }

    /// The same where changes of the origins are announced, and announcements can be missed.
    ///
    /// @param trustedSince of the present time, both in milliseconds since 1970: an answer requested before is
    ///     revalidated before use, unless the origin fails or does not answer
    ///
    /// @throws IOException if the folder on disk cannot be used
    public HttpCache(CacheSettings settings, InstantSource clock, LongUnaryOperator trustedSince) throws IOException {
        this.memory = new MemoryStore(settings.memoryBytes());
        this.disk =
                settings.folder().isPresent() ? DiskStore.open(settings.folder().get(), settings.diskBytes()) : null;
        this.origins = new OriginClient(clock);
        this.bodies = new BodyRoom(settings.memoryBytes() + MORE_ROOM_BYTES, SMALL_ROOM_BYTES);
        this.fetches = new Fetches(memory, disk, origins, settings, bodies, clock);
        this.compressor = settings.compression() ? new Compressor() : null;
        Codings codings = new Codings(memory, compressor);
        Responses responses = new Responses(codings, bodies);
        this.forwarding = new Forwarding(origins, responses, this::purge);
        this.reads = new ReadExchanges(memory, origins, fetches, forwarding, codings, responses, trustedSince, clock);
        if (disk != null) {
            DiskStore full = disk;
            Thread.ofVirtual().name("aloft-take-over").start(() -> full.takeOver(this::takeOver));
        }
    }

    private void takeOver(String key, StoredAnswer answer) {
        memory.change(key, () -> true, old -> old.answers().isEmpty() ? old.with(answer, HttpFields.EMPTY) : old);
    }

    /// The answer that can be sent without waiting: a fresh one in memory.
    public Optional<CacheAnswer> ready(Origin origin, Origin.Request request) {
        return isRead(request) ? reads.ready(origin, request) : Optional.empty();
    }

    /// Answers a request from the cache or the origin.
    ///
    /// @throws Origin.Failure if neither the origin nor the cache has an answer
    public CacheAnswer exchange(Origin origin, Origin.Request request) throws Origin.Failure {
        return isRead(request) ? reads.exchange(origin, request) : forwarding.forward(origin, request, Reason.METHOD);
    }

    private static boolean isRead(Origin.Request request) {
        return request.isGet() || request.isHead();
    }

    /// Purges one URL.
    ///
    /// @param origin its name
    public void purge(String origin, String target) {
        String key = Origin.Request.key(origin, target);
        fetches.forget(key);
        memory.purge(key);
        if (disk != null) {
            disk.purge(key);
        }
    }

    /// Purges all targets of an origin with a prefix.
    public void purgePrefix(String origin, String prefix) {
        purgeKeys(Origin.Request.key(origin, prefix));
    }

    /// Purges all answers of an origin.
    public void purgeAll(String origin) {
        purgeKeys(origin + " ");
    }

    /// Purges all answers.
    public void purgeEverything() {
        purgeKeys("");
    }

    private void purgeKeys(String prefix) {
        fetches.forgetPrefix(prefix);
        memory.purgePrefix(prefix);
        if (disk != null) {
            disk.purgePrefix(prefix);
        }
    }

    /// The room for buffers of clients that read streams.
    public BodyRoom room() {
        return bodies;
    }

    /// The bytes held in memory.
    public long memoryBytes() {
        return memory.bytes();
    }

    /// The bytes of bodies that are being read or taken, and of buffers; those of the memory cache are among them while
    /// clients take them.
    public long bytesUnderWay() {
        return bodies.bytes();
    }

    /// The bytes held on disk.
    public long diskBytes() {
        return disk == null ? 0 : disk.bytes();
    }

    /// The number of shared fetches under way.
    public int fetchesUnderWay() {
        return fetches.underWay();
    }

    /// The requests to each origin, by its name.
    public Map<String, Asked> origins() {
        return origins.asked();
    }

    /// The requests to one origin.
    ///
    /// @param answered with any status
    public record Asked(long answered, long failed) {}

    /// The compressions of answers, by coding; empty if they are switched off.
    public Map<ContentCoding, Compressor.Done> compressions() {
        return compressor == null ? Map.of() : compressor.done();
    }

    /// The number of cached URLs.
    public long count() {
        return memory.count();
    }

    @Override
    public void close() {
        fetches.close();
        if (compressor != null) {
            compressor.close();
        }
        if (disk != null) {
            disk.close();
        }
    }
}
