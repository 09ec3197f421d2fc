package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// Makes of a stored or a passing answer what one client gets: its conditions judged, its ranges cut.
final class Reply {

    private Reply() {}

    static CacheAnswer of(
            OriginRequest request, StoredAnswer stored, LargeBody.Source source, long now, CacheStatus status)
            throws OriginFailure {
        HttpFields.Mutable headers = HttpFields.build(stored.headers());
        headers.remove(Directives.OWN_FIELD);
        headers.put(HttpHeader.AGE, stored.freshness().age(now) / 1000);
        status.addTo(headers);
        if (stored.status() != HttpStatus.OK_200) {
            return new CacheAnswer(
                    stored.status(),
                    headers,
                    body(request, new Content.Bytes(stored.body().duplicate())));
        }
        return switch (Conditions.judge(request.headers(), stored.headers())) {
            case NOT_MODIFIED -> notModified(headers);
            case REFUSED -> refused(headers);
            case CONTENT -> content(request, stored, source, headers);
        };
    }

    /// An answer that was not stored. Its conditions are judged where the cache has taken them from the question.
    static CacheAnswer passing(OriginRequest request, OriginAnswer answer, CacheStatus status) throws OriginFailure {
        HttpFields.Mutable headers = EndToEnd.of(answer.headers());
        headers.remove(Directives.OWN_FIELD);
        status.addTo(headers);
        boolean judged = (request.isGet() || request.isHead()) && isOfAVersion(answer.status());
        Verdict verdict = judged ? Conditions.judge(request.headers(), answer.headers()) : Verdict.CONTENT;
        if (verdict == Verdict.CONTENT && !request.isHead()) {
            return new CacheAnswer(answer.status(), headers, new Content.Streamed(answer.body(), answer.length()));
        }
        try {
            answer.close();
        } catch (IOException e) {
            throw OriginFailure.of(e);
        }
        if (verdict == Verdict.CONTENT) {
            return new CacheAnswer(answer.status(), headers, Content.Bytes.none());
        }
        return verdict == Verdict.REFUSED ? refused(headers) : notModified(headers);
    }

    private static boolean isOfAVersion(int status) {
        return switch (status) {
            case HttpStatus.OK_200, HttpStatus.PARTIAL_CONTENT_206, HttpStatus.RANGE_NOT_SATISFIABLE_416 -> true;
            default -> false;
        };
    }

    private static CacheAnswer notModified(HttpFields.Mutable headers) {
        headers.remove(HttpHeader.CONTENT_LENGTH);
        headers.remove(HttpHeader.CONTENT_RANGE);
        headers.remove(HttpHeader.CONTENT_TYPE);
        return new CacheAnswer(HttpStatus.NOT_MODIFIED_304, headers, Content.Bytes.none());
    }

    private static CacheAnswer refused(HttpFields.Mutable headers) {
        headers.remove(HttpHeader.CONTENT_RANGE);
        return withoutContent(HttpStatus.PRECONDITION_FAILED_412, headers);
    }

    private static CacheAnswer withoutContent(int status, HttpFields.Mutable headers) {
        headers.put(HttpHeader.CONTENT_LENGTH, 0);
        headers.remove(HttpHeader.CONTENT_TYPE);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        return new CacheAnswer(status, headers, Content.Bytes.none());
    }

    private static Content body(OriginRequest request, Content content) {
        return request.isHead() ? Content.Bytes.none() : content;
    }

    private static CacheAnswer content(
            OriginRequest request, StoredAnswer stored, LargeBody.Source source, HttpFields.Mutable headers)
            throws OriginFailure {
        long length = stored.length();
        Optional<ByteRanges> asked = request.isGet() && Conditions.allowRange(request.headers(), stored.headers())
                ? ByteRanges.of(request.headers().get(HttpHeader.RANGE), length)
                : Optional.empty();
        if (asked.isEmpty()) {
            return new CacheAnswer(
                    stored.status(),
                    headers,
                    request.isHead() ? Content.Bytes.none() : part(stored, 0, length, source));
        }
        List<Range> ranges = asked.get().ranges();
        if (ranges.isEmpty()) {
            headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + length);
            return withoutContent(HttpStatus.RANGE_NOT_SATISFIABLE_416, headers);
        }
        Content content;
        if (ranges.size() == 1) {
            Range range = ranges.getFirst();
            headers.put(HttpHeader.CONTENT_RANGE, range.header(length));
            content = part(stored, range.first(), range.length(), source);
        } else {
            Multipart parts = Multipart.of(asked.get(), headers.get(HttpHeader.CONTENT_TYPE));
            headers.put(HttpHeader.CONTENT_TYPE, parts.contentType());
            content = parts.content(range -> part(stored, range.first(), range.length(), source));
        }
        headers.put(HttpHeader.CONTENT_LENGTH, content.length());
        return new CacheAnswer(HttpStatus.PARTIAL_CONTENT_206, headers, content);
    }

    private static Content part(StoredAnswer stored, long first, long count, LargeBody.Source source)
            throws OriginFailure {
        LargeBody large = stored.large();
        if (large == null) {
            return new Content.Bytes(stored.body().slice((int) first, (int) count));
        }
        InputStream bytes = large.open(first, count, source);
        if (bytes == null) {
            throw new OriginFailure(
                    HttpStatus.SERVICE_UNAVAILABLE_503, "Service Unavailable", "evicted at the last moment", null);
        }
        return new Content.Streamed(bytes, count);
    }
}
