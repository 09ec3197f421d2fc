package dev.aloft.server.edge;

import dev.aloft.store.ByteRange;
import dev.aloft.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// The conditions and the range of one GET or HEAD, read from its headers (RFC 9110, 13 and 14). Immutable.
///
/// They are judged in the order of 13.2.2: `If-Match`, else `If-Unmodified-Since`; `If-None-Match`, else
/// `If-Modified-Since`; then the range, if `If-Range` allows it. A header that cannot be read does not count, but an
/// `If-Match` that cannot be read matches nothing.
final class Preconditions {

    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")");
    private static final Pattern PLAIN_TAG = Pattern.compile("(?:W/)?(\"[\\x21\\x23-\\x7e]*\")");

    private final HttpFields headers;
    private final @Nullable ByteRange range;

    private Preconditions(HttpFields headers, @Nullable ByteRange range) {
        this.headers = headers;
        this.range = range;
    }

    static Preconditions of(String method, HttpFields headers) {
        boolean ranged =
                method.equals("GET") && headers.getValuesList(HttpHeader.RANGE).size() == 1;
        return new Preconditions(
                headers, ranged ? ByteRange.parse(headers.get(HttpHeader.RANGE)).orElse(null) : null);
    }

    /// The bytes asked for, before `If-Range` and the size have been looked at; null for all.
    @Nullable
    ByteRange range() {
        return range;
    }

    /// The one version that the client has and wants no answer with, when nothing else needs looking at: then S3 can
    /// be asked the same.
    Optional<String> onlyOtherThan() {
        if (headers.contains(HttpHeader.IF_MATCH) || headers.contains(HttpHeader.IF_UNMODIFIED_SINCE)) {
            return Optional.empty();
        }
        List<String> values = headers.getValuesList(HttpHeader.IF_NONE_MATCH);
        if (values.size() != 1) {
            return Optional.empty();
        }
        Matcher tag = PLAIN_TAG.matcher(values.getFirst().strip());
        return tag.matches() ? Optional.of(tag.group(1)) : Optional.empty();
    }

    Verdict judge(Version version) {
        if (!isWanted(version)) {
            return Verdict.Refused.REFUSED;
        }
        if (isKnown(version)) {
            return Verdict.NotModified.NOT_MODIFIED;
        }
        if (range == null || !rangeIsFor(version)) {
            return Verdict.Whole.WHOLE;
        }
        try {
            return new Verdict.Part(range.within(version.size()));
        } catch (StoreException outside) {
            return Verdict.OutOfRange.OUT_OF_RANGE;
        }
    }

    private boolean isWanted(Version version) {
        if (headers.contains(HttpHeader.IF_MATCH)) {
            List<String> tags = strongTags(HttpHeader.IF_MATCH);
            return isStar(HttpHeader.IF_MATCH) || tags.contains(version.etag());
        }
        Optional<Instant> date = date(HttpHeader.IF_UNMODIFIED_SINCE);
        return date.isEmpty() || !version.modified().isAfter(date.get());
    }

    private boolean isKnown(Version version) {
        if (headers.contains(HttpHeader.IF_NONE_MATCH)) {
            return isStar(HttpHeader.IF_NONE_MATCH)
                    || tags(HttpHeader.IF_NONE_MATCH).contains(version.etag());
        }
        Optional<Instant> date = date(HttpHeader.IF_MODIFIED_SINCE);
        return date.isPresent() && !version.modified().isAfter(date.get());
    }

    private boolean rangeIsFor(Version version) {
        String condition = headers.get(HttpHeader.IF_RANGE);
        if (condition == null) {
            return true;
        }
        return condition.strip().equals(version.etag())
                || date(HttpHeader.IF_RANGE).filter(version.modified()::equals).isPresent();
    }

    private boolean isStar(HttpHeader header) {
        return headers.getValuesList(header).stream()
                .anyMatch(value -> value.strip().equals("*"));
    }

    /// The tags of a list, weak ones as if they were strong.
    private List<String> tags(HttpHeader header) {
        List<String> tags = new ArrayList<>();
        Matcher tag = TAG.matcher(String.join(",", headers.getValuesList(header)));
        while (tag.find()) {
            tags.add(tag.group(1));
        }
        return tags;
    }

    private List<String> strongTags(HttpHeader header) {
        List<String> tags = new ArrayList<>();
        Matcher tag = TAG.matcher(String.join(",", headers.getValuesList(header)));
        while (tag.find()) {
            if (!tag.group().startsWith("W/")) {
                tags.add(tag.group(1));
            }
        }
        return tags;
    }

    private Optional<Instant> date(HttpHeader header) {
        String value = headers.get(header);
        long epoch = value == null ? -1 : HttpDateTime.parseToEpoch(value);
        return epoch < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(epoch));
    }
}
