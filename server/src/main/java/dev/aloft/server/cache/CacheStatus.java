package dev.aloft.server.cache;

import org.eclipse.jetty.http.HttpFields;

/// One member of `Cache-Status`: the cache's handling of a request (RFC 9211).
///
/// @param text the parameters of this cache's member
record CacheStatus(String text) {

    static final String FIELD = "Cache-Status";
    private static final String NAME = "aloft";

    /// Answered without asking the origin.
    ///
    /// @param secondsLeft negative for a stale answer
    static CacheStatus hit(long secondsLeft) {
        return new CacheStatus("hit; ttl=" + secondsLeft);
    }

    /// The origin was asked.
    static CacheStatus forwarded(Reason reason, int originStatus) {
        return new CacheStatus("fwd=" + reason.text + "; fwd-status=" + originStatus);
    }

    /// The origin did not answer, and a stale answer was allowed.
    static CacheStatus staleInstead(long secondsLeft, String detail) {
        return new CacheStatus("hit; ttl=" + secondsLeft + "; detail=" + detail);
    }

    CacheStatus stored(boolean stored) {
        return stored ? new CacheStatus(text + "; stored") : this;
    }

    CacheStatus collapsed(boolean collapsed) {
        return collapsed ? new CacheStatus(text + "; collapsed") : this;
    }

    /// Adds it after the members of caches nearer to the origin.
    void addTo(HttpFields.Mutable headers) {
        headers.add(FIELD, NAME + "; " + text);
    }

    /// The reason why the origin was asked.
    enum Reason {
        METHOD("method"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        STALE("stale"),
        PARTIAL("partial");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }
}
