package dev.aloft.server.cache;

import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// Decides which answers may be stored, and which are worth storing (RFC 9111, 3).
final class Cacheability {

    /// Statuses that this cache understands in the sense of `must-understand`.
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 410, 414, 451, 500, 501, 502, 503, 504);

    /// Statuses that may be stored without an explicit lifetime (RFC 9110, 15.1).
    private static final Set<Integer> CACHEABLE_BY_DEFAULT =
            Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

    private Cacheability() {}

    static boolean allows(Origin.Request request, int status, HttpFields headers) {
        Directives directives = Directives.of(headers);
        boolean understood = UNDERSTOOD.contains(status);
        if (status < 200 || status == 206 || status == 304) {
            return false;
        }
        if (directives.has("must-understand") ? !understood : directives.has("no-store")) {
            return false;
        }
        if (directives.hasBare("private") || StoredAnswer.variesByEverything(headers)) {
            return false;
        }
        if (request.headers().contains(HttpHeader.AUTHORIZATION)
                && !directives.has("public")
                && !directives.has("must-revalidate")
                && !directives.has("s-maxage")) {
            return false;
        }
        boolean saysHowLong = directives.has("max-age")
                || directives.has("s-maxage")
                || (!directives.targeted() && headers.contains(HttpHeader.EXPIRES));
        return saysHowLong || directives.has("public") || CACHEABLE_BY_DEFAULT.contains(status);
    }

    /// True if it can be used again: while fresh, or after revalidation.
    static boolean isOfUse(StoredAnswer answer) {
        return answer.hasValidator() || answer.freshness().lifetime() > 0;
    }
}
