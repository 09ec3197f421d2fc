package dev.aloft.server.cache;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/// One stored answer to a `GET`, with its times and the requests for which it may be used. Immutable.
///
/// @param headers the stored ones (RFC 9111, 3.1)
/// @param selecting the values of the request for the fields that `Vary` names, by lower-case name
/// @param knownAt time since which the origin may have changed it, in milliseconds
/// @param cameAt time of the origin's answer to it
/// @param compressible whether the origin permits a content coding
/// @param body empty if it is large
/// @param large the body where it is on disk
record StoredAnswer(
        int status,
        HttpFields headers,
        Map<String, String> selecting,
        long knownAt,
        long cameAt,
        Freshness freshness,
        boolean compressible,
        MemoryBody body,
        @Nullable LargeBody large) {

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    /// Fields that a 304 does not change: they describe the stored bytes.
    private static final Set<String> OF_THE_BYTES =
            Set.of("content-encoding", "content-length", "content-md5", "content-range", "etag");

    static StoredAnswer of(
            Origin.Request request, Origin.Answer answer, Times times, MemoryBody body, @Nullable LargeBody large) {
        HttpFields kept = kept(answer.headers());
        return new StoredAnswer(
                answer.status(),
                kept,
                selecting(kept, request.headers()),
                times.known(),
                times.came(),
                Freshness.of(answer.status(), kept, times),
                isCompressible(kept),
                body,
                large);
    }

    /// The same answer after the origin has confirmed it (RFC 9111, 4.3.4).
    StoredAnswer freshened(HttpFields from304, Times times) {
        HttpFields.Mutable merged = HttpFields.build(headers);
        for (HttpField field : kept(from304)) {
            if (!OF_THE_BYTES.contains(field.getLowerCaseName())) {
                merged.remove(field.getName());
            }
        }
        for (HttpField field : kept(from304)) {
            if (!OF_THE_BYTES.contains(field.getLowerCaseName())) {
                merged.add(field);
            }
        }
        HttpFields now = merged.asImmutable();
        return new StoredAnswer(
                status,
                now,
                selecting,
                times.known(),
                times.came(),
                Freshness.of(status, now, times),
                isCompressible(now),
                body,
                large);
    }

    static boolean isCompressible(HttpFields headers) {
        return !headers.contains(HttpHeader.CONTENT_ENCODING)
                && Directives.of(headers).has(Codings.COMPRESSIBLE);
    }

    /// The headers without hop-by-hop fields and those that the answer itself excludes from caches. They are encoded
    /// once for all uses.
    private static HttpFields kept(HttpFields headers) {
        HttpFields.Mutable kept = EndToEnd.of(headers);
        Directives directives = Directives.of(headers);
        directives.fields("no-cache").forEach(kept::remove);
        directives.fields("private").forEach(kept::remove);
        HttpFields.Mutable encoded = HttpFields.build(kept.size());
        for (HttpField field : kept) {
            encoded.add(new PreEncodedHttpField(field.getHeader(), field.getName(), field.getValue()));
        }
        return encoded.asImmutable();
    }

    /// True if this may answer a request (RFC 9111, 4.1).
    boolean isFor(HttpFields request) {
        for (Map.Entry<String, String> field : selecting.entrySet()) {
            if (!field.getValue().equals(normal(request, field.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> selecting(HttpFields answer, HttpFields request) {
        Map<String, String> selecting = new TreeMap<>();
        for (String name : answer.getCSV(HttpHeader.VARY, false)) {
            String lower = name.toLowerCase(Locale.ROOT);
            selecting.put(lower, normal(request, lower));
        }
        return selecting;
    }

    /// All values of a field in one line, with one space behind each comma; languages in lower case.
    private static String normal(HttpFields headers, String name) {
        String line = COMMA.matcher(
                        String.join(", ", headers.getValuesList(name)).strip())
                .replaceAll(", ");
        return name.equals("accept-language") ? line.toLowerCase(Locale.ROOT) : line;
    }

    /// True if `Vary` is `*`: the answer is for no other request.
    static boolean variesByEverything(HttpFields headers) {
        return headers.getCSV(HttpHeader.VARY, false).contains("*");
    }

    /// True if the body has not been evicted.
    boolean isWhole() {
        return large == null || !large.isGone();
    }

    long length() {
        return large == null ? body.length() : large.length();
    }

    Optional<String> etag() {
        return Optional.ofNullable(headers.get(HttpHeader.ETAG));
    }

    Optional<String> lastModified() {
        return Optional.ofNullable(headers.get(HttpHeader.LAST_MODIFIED));
    }

    boolean hasValidator() {
        return etag().isPresent() || lastModified().isPresent();
    }

    /// The time at which the origin made it, in milliseconds. Of two answers the later one is used.
    long date() {
        long date = HttpDate.millis(headers.get(HttpHeader.DATE));
        return date < 0 ? cameAt : date;
    }

    /// The approximate size in memory, in bytes.
    int weight() {
        return body.weight() + 1024;
    }

    /// The beginning of an exchange with the origin, and the arrival of its answer, in milliseconds.
    ///
    /// @param known time of what the origin knew at least
    record Times(long asked, long came, long known) {}
}
