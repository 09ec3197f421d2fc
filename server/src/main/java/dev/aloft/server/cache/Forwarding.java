package dev.aloft.server.cache;

import dev.aloft.server.cache.CacheStatus.Reason;
import java.util.Set;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// Exchanges with an origin that the cache does not store.
final class Forwarding {

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final OriginClient origins;
    private final Responses responses;
    private final BiConsumer<String, String> purge;

    /// @param purge drops one URL: the name of its origin, and its target
    Forwarding(OriginClient origins, Responses responses, BiConsumer<String, String> purge) {
        this.origins = origins;
        this.responses = responses;
        this.purge = purge;
    }

    /// Sends a request on, and invalidates what it changed.
    CacheAnswer forward(Origin origin, Origin.Request request, Reason reason) throws Origin.Failure {
        Origin.Answer answer = origins.ask(origin, origin.isExact() ? request.plain() : request);
        if (!SAFE_METHODS.contains(request.method()) && answer.status() >= 200 && answer.status() < 400) {
            invalidate(origin, request, answer.headers());
        }
        return responses.passing(request, answer, CacheStatus.forwarded(reason, answer.status()));
    }

    /// RFC 9111, 4.4: the URL itself, and URLs of this site that the answer names.
    private void invalidate(Origin origin, Origin.Request request, HttpFields answer) {
        purge.accept(origin.name(), request.target());
        for (HttpHeader header : new HttpHeader[] {HttpHeader.LOCATION, HttpHeader.CONTENT_LOCATION}) {
            String location = answer.get(header);
            if (location != null) {
                UrlReferences.resolve(request.target(), location)
                        .ifPresent(other -> purge.accept(origin.name(), other));
            }
        }
    }
}
