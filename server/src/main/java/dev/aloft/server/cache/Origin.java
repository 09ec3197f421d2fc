package dev.aloft.server.cache;

import java.io.IOException;

/// What lies behind the cache and knows the answers. Safe for many threads; blocks.
///
/// Freshness is the origin's to say, in the headers of its answers: `Aloft-Cache-Control` (a targeted field of RFC
/// 9213 that goes no further than this cache), else `CDN-Cache-Control`, else `Cache-Control` and `Expires`. An
/// answer that says nothing is not used again without asking.
public interface Origin {

    /// Tells this origin's answers from those of every other one: the cache's key is this name and the request's
    /// target. Without spaces.
    String name();

    /// Whether a `HEAD` costs it little, and a `Range` with an `If-Match` is answered to the letter. Then the cache
    /// asks for parts of what it does not hold, and for the head of what the client may have.
    default boolean isExact() {
        return false;
    }

    /// Asks. A refusal or an error that the origin itself words is an answer, too.
    ///
    /// The headers of the request are those of the client, without what is only for the next hop. Of a `GET`, the
    /// conditions (`If-…`) and the `Range` are the cache's own: `If-None-Match` with `If-Modified-Since`, or, from
    /// an origin that is exact, one range, with `If-Match` or without.
    ///
    /// @throws OriginFailure when there is no answer; then a stored one may be used past its time
    /// @throws IOException for any other end of the exchange, which counts as 502
    OriginAnswer ask(OriginRequest request) throws IOException;
}
