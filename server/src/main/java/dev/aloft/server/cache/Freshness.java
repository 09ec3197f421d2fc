package dev.aloft.server.cache;

import dev.aloft.server.cache.StoredAnswer.Times;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The lifetimes of a stored answer, read from its headers once (RFC 9111, 4.2, and 5861). All in milliseconds.
///
/// There is no heuristic freshness: an answer without an explicit lifetime is stale at once.
///
/// @param born the moment from which its age counts
/// @param lifetime the age at which it becomes stale
/// @param whileRevalidating the further time for which it may be used during revalidation
/// @param ifError the further time if the origin answers with an error
/// @param ifSilent the further time if the origin does not answer
record Freshness(long born, long lifetime, long whileRevalidating, long ifError, long ifSilent) {

    /// The time for which a stale answer may be used while the origin does not answer, by default.
    static final long STALE_IF_SILENT_LIMIT_MILLIS = 24 * 3600 * 1000L;

    static Freshness of(int status, HttpFields headers, Times times) {
        Directives directives = Directives.of(headers);
        long lifetime = directives.hasBare("no-cache") ? 0 : lifetime(directives, headers, times);
        boolean strict = directives.hasBare("no-cache")
                || directives.has("must-revalidate")
                || directives.has("proxy-revalidate")
                || directives.has("s-maxage");
        long ifError = strict ? 0 : millis(directives, "stale-if-error");
        return new Freshness(
                born(headers, times),
                lifetime,
                strict ? 0 : millis(directives, "stale-while-revalidate"),
                ifError,
                strict || status >= 500 ? ifError : Math.max(ifError, STALE_IF_SILENT_LIMIT_MILLIS));
    }

    private static long millis(Directives directives, String name) {
        return directives.seconds(name).orElse(0L) * 1000;
    }

    private static long lifetime(Directives directives, HttpFields headers, Times times) {
        if (directives.has("s-maxage")) {
            return millis(directives, "s-maxage");
        }
        if (directives.has("max-age")) {
            return millis(directives, "max-age");
        }
        if (directives.targeted() || !headers.contains(HttpHeader.EXPIRES)) {
            return 0;
        }
        if (headers.getValuesList(HttpHeader.EXPIRES).size() > 1) {
            return 0;
        }
        long expires = HttpDate.millis(headers.get(HttpHeader.EXPIRES));
        long date = HttpDate.millis(headers.get(HttpHeader.DATE));
        return expires < 0 ? 0 : Math.max(0, expires - (date < 0 ? times.came() : date));
    }

    /// RFC 9111, 4.2.3: the larger age of `Date` and `Age`, and at least the duration of the exchange.
    private static long born(HttpFields headers, Times times) {
        long date = HttpDate.millis(headers.get(HttpHeader.DATE));
        long apparent = date < 0 ? 0 : Math.max(0, times.came() - date);
        long corrected = age(headers) * 1000 + times.came() - times.asked();
        // A date has whole seconds, so an age below one may be zero.
        return times.came() - Math.max(apparent < 1000 ? 0 : apparent, corrected);
    }

    private static long age(HttpFields headers) {
        String age = headers.get(HttpHeader.AGE);
        String first = age == null ? "" : age.split(",", 2)[0].strip();
        if (!Digits.only(first)) {
            return 0;
        }
        return first.length() > 9 ? 1L << 31 : Long.parseLong(first);
    }

    /// The same for an answer that must be revalidated before use unless the origin fails or does not answer.
    Freshness unconfirmed() {
        return new Freshness(born, 0, 0, ifError, ifSilent);
    }

    long age(long now) {
        return Math.max(0, now - born);
    }

    boolean isFresh(long now) {
        return now - born < lifetime;
    }

    /// True if it may be used while it is revalidated in the background.
    boolean allowsWhileRevalidating(long now) {
        return now - born < lifetime + whileRevalidating;
    }

    /// True if it may be used instead of an error.
    boolean allowsIfError(long now) {
        return now - born < lifetime + ifError;
    }

    /// True if it may be used when the origin does not answer.
    boolean allowsIfSilent(long now) {
        return now - born < lifetime + ifSilent;
    }

    /// Whole seconds that it is still fresh; negative when it is stale.
    long secondsLeft(long now) {
        return Math.floorDiv(born + lifetime - now, 1000);
    }
}
