package dev.aloft.server.cache;

import dev.aloft.server.cache.CacheStatus.Reason;
import dev.aloft.server.cache.Flight.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers of `GET` and `HEAD`: from memory, from a fetch shared with other clients, or stale where the origin
/// allows that.
///
/// Every wait has a limit. A client that has waited for another's fetch long enough asks the origin itself.
final class ReadExchanges {

    /// The time that a client waits for revalidation before it gets the stale answer, where the origin allows that.
    private static final Duration REVALIDATION_LIMIT = Duration.ofSeconds(1);

    /// The time that a client waits for another client's fetch before it asks the origin itself.
    private static final Duration SHARED_WAIT_LIMIT = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(ReadExchanges.class);

    private final MemoryStore memory;
    private final OriginClient origins;
    private final Fetches fetches;
    private final Forwarding forwarding;
    private final Codings codings;
    private final Responses responses;
    private final LongUnaryOperator trustedSince;
    private final InstantSource clock;

    /// @param trustedSince see [HttpCache]
    ReadExchanges(
            MemoryStore memory,
            OriginClient origins,
            Fetches fetches,
            Forwarding forwarding,
            Codings codings,
            Responses responses,
            LongUnaryOperator trustedSince,
            InstantSource clock) {
        this.memory = memory;
        this.origins = origins;
        this.fetches = fetches;
        this.forwarding = forwarding;
        this.codings = codings;
        this.responses = responses;
        this.trustedSince = trustedSince;
        this.clock = clock;
    }

    /// The lifetimes of a stored answer; those of an unconfirmed one if a change may have been missed since.
    private Freshness freshness(StoredAnswer stored, long now) {
        return stored.knownAt() < trustedSince.applyAsLong(now)
                ? stored.freshness().unconfirmed()
                : stored.freshness();
    }

    /// The answer that can be sent without waiting: a fresh one in memory.
    Optional<CacheAnswer> ready(Origin origin, Origin.Request request) {
        long now = clock.millis();
        return memory.get(request.key(origin))
                .select(request.headers())
                .filter(stored -> freshness(stored, now).isFresh(now))
                .filter(stored -> stored.large() == null)
                .filter(stored -> !codings.mustWait(request, stored))
                .flatMap(stored -> tryHit(origin, request, stored, now));
    }

    /// Answers a request from the cache or the origin.
    ///
    /// @throws Origin.Failure if neither the origin nor the cache has an answer
    CacheAnswer exchange(Origin origin, Origin.Request request) throws Origin.Failure {
        String key = request.key(origin);
        Variants variants = memory.get(key);
        Optional<StoredAnswer> stored = variants.select(request.headers());
        long now = clock.millis();
        if (stored.isPresent() && freshness(stored.get(), now).isFresh(now)) {
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
            return forwarding.forward(origin, request, Reason.PARTIAL);
        }
        Reason reason = variants.answers().isEmpty() ? Reason.URI_MISS : Reason.VARY_MISS;
        return miss(origin, key, request, reason);
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
        LargeBody.@Nullable Source source = slices == null ? null : slices.source(origin, request);
        try {
            return responses.of(request.key(origin), request, stored, source, now, status);
        } catch (Origin.Failure e) {
            if (stored.isWhole()) {
                throw e;
            }
            // Evicted in between.
            Optional<CacheAnswer> part = part(origin, request);
            return part.isPresent() ? part.get() : forwarding.forward(origin, request, Reason.URI_MISS);
        }
    }

    /// An answer that does not need the whole body: a range, or that the client's copy is current.
    private Optional<CacheAnswer> inPart(Origin origin, Origin.Request request) throws Origin.Failure {
        if (request.headers().contains(HttpHeader.IF_NONE_MATCH)) {
            Origin.Answer head = origins.ask(origin, request.plain().as("HEAD"));
            CacheAnswer current =
                    responses.passing(request, head, CacheStatus.forwarded(Reason.URI_MISS, head.status()));
            if (head.status() == 200 && current.status() == 304) {
                return Optional.of(current);
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
            return Optional.of(responses.passing(request, answer, status));
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
        Fetches.Boarding boarding = fetches.board(origin, key, request, null, trustedSince.applyAsLong(clock.millis()));
        if (boarding == null) {
            return forwarding.forward(origin, request, reason);
        }
        Outcome outcome = boarding.flight().await(boarding.first() ? Fetches.FETCH_LIMIT : SHARED_WAIT_LIMIT);
        return switch (outcome) {
            case Outcome.Shared shared -> shared(origin, request, shared, reason, !boarding.first());
            case Outcome.Unshared _ -> unshared(boarding, origin, request, reason);
            case Outcome.Failed(Origin.Failure failure) -> throw failure;
            case null -> forwarding.forward(origin, request, reason);
        };
    }

    private CacheAnswer stale(Origin origin, String key, Origin.Request request, StoredAnswer stored, long now)
            throws Origin.Failure {
        Freshness freshness = freshness(stored, now);
        Fetches.Boarding boarding = fetches.board(origin, key, request, stored, trustedSince.applyAsLong(now));
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
            return forwarding.forward(origin, request, Reason.STALE);
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
                        ? forwarding.forward(origin, request, Reason.STALE)
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
            return forwarding.forward(origin, request, Reason.VARY_MISS); // The answer is for another variant.
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
                ? forwarding.forward(origin, request, reason)
                : responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
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
            return responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
        } catch (Origin.Failure failure) {
            if (stored == null || !stored.freshness().allowsIfSilent(now)) {
                throw failure;
            }
            return staleInstead(origin, request, stored, now, "origin-failed");
        }
    }
}
