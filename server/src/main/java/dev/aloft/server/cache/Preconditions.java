package dev.aloft.server.cache;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Evaluates the conditions of a GET or HEAD (RFC 9110, 13) against the validators of an answer.
///
/// In the order of 13.2.2: `If-Match`, else `If-Unmodified-Since`; `If-None-Match`, else `If-Modified-Since`. An
/// invalid header is ignored, except that an invalid `If-Match` matches nothing.
final class Preconditions {

    private static final Pattern TAG = Pattern.compile("(W/)?(\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")");

    private static final Set<HttpHeader> CONDITIONS = EnumSet.of(
            HttpHeader.IF_MATCH,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_MODIFIED_SINCE);

    private Preconditions() {}

    static Verdict judge(HttpFields request, HttpFields answer) {
        if (!isConditional(request)) {
            return Verdict.CONTENT;
        }
        String etag = answer.get(HttpHeader.ETAG);
        if (!isWanted(request, etag, answer)) {
            return Verdict.REFUSED;
        }
        return isKnown(request, etag, answer) ? Verdict.NOT_MODIFIED : Verdict.CONTENT;
    }

    private static boolean isConditional(HttpFields request) {
        for (HttpField field : request) {
            if (field.getHeader() != null && CONDITIONS.contains(field.getHeader())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWanted(HttpFields request, @Nullable String etag, HttpFields answer) {
        if (request.contains(HttpHeader.IF_MATCH)) {
            return isStar(request, HttpHeader.IF_MATCH)
                    || (etag != null && tags(request, HttpHeader.IF_MATCH).contains(etag) && !etag.startsWith("W/"));
        }
        long date = date(request, HttpHeader.IF_UNMODIFIED_SINCE);
        return date < 0 || modified(answer) <= date;
    }

    private static boolean isKnown(HttpFields request, @Nullable String etag, HttpFields answer) {
        if (request.contains(HttpHeader.IF_NONE_MATCH)) {
            return (etag != null && etag.equals(request.get(HttpHeader.IF_NONE_MATCH))) // as browsers send it
                    || isStar(request, HttpHeader.IF_NONE_MATCH)
                    || (etag != null
                            && tags(request, HttpHeader.IF_NONE_MATCH).stream()
                                    .anyMatch(tag -> opaque(tag).equals(opaque(etag))));
        }
        long date = date(request, HttpHeader.IF_MODIFIED_SINCE);
        if (date < 0) {
            return false;
        }
        long modified = modified(answer);
        return modified >= 0 && modified <= date;
    }

    /// The time of `Last-Modified`, else of `Date` (RFC 9111, 4.3.2); negative if unknown.
    private static long modified(HttpFields answer) {
        long modified = HttpDate.millis(answer.get(HttpHeader.LAST_MODIFIED));
        return modified < 0 ? HttpDate.millis(answer.get(HttpHeader.DATE)) : modified;
    }

    /// True if `If-Range` selects this representation (13.1.5): by a strong tag, or by the exact date.
    static boolean allowRange(HttpFields request, HttpFields answer) {
        String condition = request.get(HttpHeader.IF_RANGE);
        if (condition == null) {
            return true;
        }
        String etag = answer.get(HttpHeader.ETAG);
        if (condition.strip().equals(etag)) {
            return !etag.startsWith("W/");
        }
        long date = date(request, HttpHeader.IF_RANGE);
        return date >= 0 && date == HttpDate.millis(answer.get(HttpHeader.LAST_MODIFIED));
    }

    static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    private static boolean isStar(HttpFields request, HttpHeader header) {
        return request.getValuesList(header).stream()
                .anyMatch(value -> value.strip().equals("*"));
    }

    static List<String> tags(HttpFields request, HttpHeader header) {
        List<String> tags = new ArrayList<>();
        Matcher tag = TAG.matcher(String.join(",", request.getValuesList(header)));
        while (tag.find()) {
            tags.add(tag.group());
        }
        return tags;
    }

    private static long date(HttpFields request, HttpHeader header) {
        return HttpDate.millis(request.get(header));
    }
}
