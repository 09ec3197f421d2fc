package dev.aloft.server.cache;

import java.io.IOException;

/// A source of answers behind the cache. Safe for many threads; blocks.
///
/// The origin determines freshness by the headers of its answers: `Aloft-Cache-Control` (a targeted field of RFC 9213
/// that this cache does not forward), else `CDN-Cache-Control`, else `Cache-Control` and `Expires`. An answer without
/// any of them is revalidated before each use.
public interface Origin {

    /// Name without spaces. Together with a request's target it is the cache key, so origins of one name share answers.
    String name();

    /// True if a `HEAD` is cheap and a `Range` with an `If-Match` is answered exactly. The cache then requests missing
    /// ranges, and revalidates a client's copy with a `HEAD`.
    default boolean isExact() {
        return false;
    }

    /// Answers a request. A refusal or error that the origin itself words is an answer, too.
    ///
    /// The request has the end-to-end headers of the client. The conditions and the `Range` of a `GET` are those
    /// of the cache: `If-None-Match` with `If-Modified-Since`, or, for an exact origin, one range with or
    /// without `If-Match`.
    ///
    /// @throws OriginFailure if there is no answer; a stale stored one may then be used
    /// @throws IOException for any other failure, which is a 502
    OriginAnswer ask(OriginRequest request) throws IOException;
}
