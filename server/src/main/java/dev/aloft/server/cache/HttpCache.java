package dev.aloft.server.cache;

import dev.aloft.server.cache.CacheStatus.Reason;
import dev.aloft.server.cache.Flight.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /// The time that a client waits for revalidation before it gets the stale answer, where the origin allows that.
    static final Duration REVALIDATION_LIMIT = Duration.ofSeconds(1);

    /// The time that a client waits for another client's fetch before it asks the origin itself.
    static final Duration SHARED_WAIT_LIMIT = Duration.ofSeconds(3);

    /// The time for which clients get a stale answer at once after an origin went down.
    static final Duration OUTAGE_INTERVAL = Duration.ofSeconds(5);

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Logger LOG = LoggerFactory.getLogger(HttpCache.class);

    private final MemoryStore memory;
    private final @Nullable DiskStore disk;
    private final OriginClient origins;
    private final Fetches fetches;
    private final InstantSource clock;

    /// @param clock for the age of stored answers
    ///
    /// @throws IOException if the folder on disk cannot be used
    public HttpCache(CacheSettings settings, InstantSource clock) throws IOException {
        this.memory = new MemoryStore(settings.memoryBytes());
        this.disk =
                settings.folder().isPresent() ? DiskStore.open(settings.folder().get(), settings.diskBytes()) : null;
        this.origins = new OriginClient(clock);
        this.fetches = new Fetches(memory, disk, origins, settings, clock);
        this.clock = clock;
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
        if (!request.isGet() && !request.isHead()) {
            return Optional.empty();
        }
        long now = clock.millis();
        return memory.get(request.key(origin))
                .select(request.headers())
                .filter(stored -> stored.freshness().isFresh(now))
                .filter(stored -> stored.large() == null)
                .flatMap(stored -> tryHit(origin, request, stored, now));
    }

    /// Answers a request from the cache or the origin.
    ///
    /// @throws Origin.Failure if neither the origin nor the cache has an answer
    public CacheAnswer exchange(Origin origin, Origin.Request request) throws Origin.Failure {
        if (!request.isGet() && !request.isHead()) {
            return passThrough(origin, request, Reason.METHOD);
        }
        String key = request.key(origin);
        Variants variants = memory.get(key);
        Optional<StoredAnswer> stored = variants.select(request.headers());
        long now = clock.millis();
        if (stored.isPresent() && stored.get().freshness().isFresh(now)) {
            return hit(origin, request, stored.get(), now);
        }
        if (request.isHead()) {
            return head(origin, key, request, stored.orElse(null));
        }
        if (stored.isPresent()) {
            return stale(origin, key, request, stored.get(), now);
        }
        if (origin.isExact()) {
            Optional<CacheAnswer> part = inPart(origin, request);
            if (part.isPresent()) {
                return part.get();
            }
        } else if (request.headers().contains(HttpHeader.RANGE)) {
            return passThrough(origin, request, Reason.PARTIAL);
        }
        Reason reason = variants.answers().isEmpty() ? Reason.URI_MISS : Reason.VARY_MISS;
        return miss(origin, key, request, reason);
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

    /// The bytes held in memory.
    public long memoryBytes() {
        return memory.bytes();
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

    /// The number of cached URLs.
    public long count() {
        return memory.count();
    }

    private Optional<CacheAnswer> tryHit(Origin origin, Origin.Request request, StoredAnswer stored, long now) {
        try {
            return Optional.of(hit(origin, request, stored, now));
        } catch (Origin.Failure e) {
            return Optional.empty();
        }
    }

    private CacheAnswer hit(Origin origin, Origin.Request request, StoredAnswer stored, long now)
            throws Origin.Failure {
        return reply(
                origin, request, stored, now, CacheStatus.hit(stored.freshness().secondsLeft(now)));
    }

    private CacheAnswer reply(Origin origin, Origin.Request request, StoredAnswer stored, long now, CacheStatus status)
            throws Origin.Failure {
        Slices slices = fetches.slices();
        LargeBody.Source source = slices == null ? (_, _, _) -> {} : slices.source(origin, request);
        try {
            return Responses.of(request, stored, source, now, status);
        } catch (Origin.Failure e) {
            if (stored.isWhole()) {
                throw e;
            }
            // Evicted in between.
            Optional<CacheAnswer> part = part(origin, request);
            return part.isPresent() ? part.get() : passThrough(origin, request, Reason.URI_MISS);
        }
    }

    /// An answer that does not need the whole body: a range, or that the client's copy is current.
    private Optional<CacheAnswer> inPart(Origin origin, Origin.Request request) throws Origin.Failure {
        if (request.headers().contains(HttpHeader.IF_NONE_MATCH)) {
            Origin.Answer head = origins.ask(origin, request.plain().as("HEAD"));
            if (head.status() == 200
                    && Preconditions.judge(request.headers(), head.headers()) == Verdict.NOT_MODIFIED) {
                return Optional.of(
                        Responses.passing(request, head, CacheStatus.forwarded(Reason.URI_MISS, head.status())));
            }
        }
        return comesInSlices(request) ? Optional.empty() : part(origin, request);
    }

    /// A single requested range, straight from an exact origin; nothing if the request is for the whole body.
    private Optional<CacheAnswer> part(Origin origin, Origin.Request request) throws Origin.Failure {
        if (!ByteRanges.isOneRange(request.headers())) {
            return Optional.empty();
        }
        Origin.Answer answer = origins.ask(origin, request.forPart());
        CacheStatus status = CacheStatus.forwarded(Reason.PARTIAL, answer.status());
        if (Preconditions.allowRange(request.headers(), answer.headers())) {
            return Optional.of(Responses.passing(request, answer, status));
        }
        close(answer);
        return Optional.empty();
    }

    private boolean comesInSlices(Origin.Request request) {
        Slices slices = fetches.slices();
        return slices != null && slices.beginsWith(request.headers());
    }

    private static void close(Origin.Answer answer) throws Origin.Failure {
        try {
            answer.close();
        } catch (IOException e) {
            throw Origin.Failure.of(e);
        }
    }

    private CacheAnswer miss(Origin origin, String key, Origin.Request request, Reason reason) throws Origin.Failure {
        Fetches.Boarding boarding = fetches.board(origin, key, request, null);
        if (boarding == null) {
            return passThrough(origin, request, reason);
        }
        Outcome outcome = boarding.flight().await(boarding.first() ? Fetches.FETCH_LIMIT : SHARED_WAIT_LIMIT);
        return switch (outcome) {
            case Outcome.Shared shared -> shared(origin, request, shared, reason, !boarding.first());
            case Outcome.Unshared _ -> unshared(boarding, origin, request, reason);
            case Outcome.Failed(Origin.Failure failure) -> throw failure;
            case null -> passThrough(origin, request, reason);
        };
    }

    private CacheAnswer stale(Origin origin, String key, Origin.Request request, StoredAnswer stored, long now)
            throws Origin.Failure {
        Freshness freshness = stored.freshness();
        Fetches.Boarding boarding = fetches.board(origin, key, request, stored);
        if (freshness.allowsWhileRevalidating(now)) {
            leave(boarding);
            return hit(origin, request, stored, now);
        }
        boolean patient = !freshness.allowsIfSilent(now);
        if (!patient && origins.isDown(origin)) {
            leave(boarding);
            return staleInstead(origin, request, stored, now, "origin-down");
        }
        if (boarding == null) {
            return passThrough(origin, request, Reason.STALE);
        }
        Outcome outcome = boarding.flight().await(patient ? Fetches.FETCH_LIMIT : REVALIDATION_LIMIT);
        return switch (outcome) {
            case Outcome.Shared shared -> shared(origin, request, shared, Reason.STALE, !boarding.first());
            case Outcome.Unshared(int status) -> {
                if (status >= 500 && freshness.allowsIfError(now)) {
                    leave(boarding);
                    yield staleInstead(origin, request, stored, now, "origin-error");
                }
                yield unshared(boarding, origin, request, Reason.STALE);
            }
            case Outcome.Failed(Origin.Failure failure) -> {
                if (patient) {
                    throw failure;
                }
                yield staleInstead(origin, request, stored, now, "origin-failed");
            }
            case null -> {
                leave(boarding);
                yield patient
                        ? passThrough(origin, request, Reason.STALE)
                        : staleInstead(origin, request, stored, now, "origin-slow");
            }
        };
    }

    private CacheAnswer staleInstead(
            Origin origin, Origin.Request request, StoredAnswer stored, long now, String detail) throws Origin.Failure {
        return reply(
                origin,
                request,
                stored,
                now,
                CacheStatus.staleInstead(stored.freshness().secondsLeft(now), detail));
    }

    /// Abandons a fetch if this client started it; otherwise does nothing.
    private static void leave(Fetches.@Nullable Boarding boarding) {
        if (boarding != null && boarding.first()) {
            try {
                boarding.flight().abandon();
            } catch (IOException e) {
                LOG.debug("cannot close an unused answer: {}", e.toString());
            }
        }
    }

    private CacheAnswer shared(
            Origin origin, Origin.Request request, Outcome.Shared shared, Reason reason, boolean collapsed)
            throws Origin.Failure {
        if (!shared.answer().isFor(request.headers())) {
            return passThrough(origin, request, Reason.VARY_MISS); // The answer is for another variant.
        }
        long now = clock.millis();
        CacheStatus status = CacheStatus.forwarded(reason, shared.status())
                .stored(shared.stored())
                .collapsed(collapsed);
        return reply(origin, request, shared.answer(), now, status);
    }

    /// An unshared answer goes to the client that caused it; all others send their own request.
    private CacheAnswer unshared(Fetches.Boarding boarding, Origin origin, Origin.Request request, Reason reason)
            throws Origin.Failure {
        Origin.Answer answer = boarding.first() ? boarding.flight().claim() : null;
        return answer == null
                ? passThrough(origin, request, reason)
                : Responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
    }

    /// Forwards a HEAD unchanged; its answer updates the stored one (RFC 9111, 4.3.5).
    private CacheAnswer head(Origin origin, String key, Origin.Request request, @Nullable StoredAnswer stored)
            throws Origin.Failure {
        Reason reason = stored == null ? Reason.URI_MISS : Reason.STALE;
        long now = clock.millis();
        if (stored != null && stored.freshness().allowsIfSilent(now) && origins.isDown(origin)) {
            return staleInstead(origin, request, stored, now, "origin-down");
        }
        try {
            Origin.Answer answer = fetches.head(origin, key, request, stored);
            return Responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
        } catch (Origin.Failure failure) {
            if (stored == null || !stored.freshness().allowsIfSilent(now)) {
                throw failure;
            }
            return staleInstead(origin, request, stored, now, "origin-failed");
        }
    }

    /// Stores nothing of this exchange, and invalidates what it changed.
    private CacheAnswer passThrough(Origin origin, Origin.Request request, Reason reason) throws Origin.Failure {
        Origin.Answer answer = origins.ask(origin, origin.isExact() ? request.plain() : request);
        if (!SAFE_METHODS.contains(request.method()) && answer.status() >= 200 && answer.status() < 400) {
            invalidate(origin, request, answer.headers());
        }
        return Responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
    }

    /// RFC 9111, 4.4: the URL itself, and URLs of this site that the answer names.
    private void invalidate(Origin origin, Origin.Request request, HttpFields answer) {
        purge(origin.name(), request.target());
        for (HttpHeader header : new HttpHeader[] {HttpHeader.LOCATION, HttpHeader.CONTENT_LOCATION}) {
            String location = answer.get(header);
            if (location != null) {
                UrlReferences.resolve(request.target(), location).ifPresent(other -> purge(origin.name(), other));
            }
        }
    }

    @Override
    public void close() {
        fetches.close();
        if (disk != null) {
            disk.close();
        }
    }
}
