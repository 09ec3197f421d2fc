package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// Makes of a stored or a passing answer what one client gets: its conditions judged, its ranges cut.
final class Reply {

    private Reply() {}

    static CacheAnswer of(OriginRequest request, StoredAnswer stored, long now, CacheStatus status) {
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
            case CONTENT -> content(request, stored, headers);
        };
    }

    /// An answer that was not stored. Its conditions are judged where the cache has taken them from the question.
    static CacheAnswer passing(OriginRequest request, OriginAnswer answer, CacheStatus status) throws OriginFailure {
        HttpFields.Mutable headers = EndToEnd.of(answer.headers());
        headers.remove(Directives.OWN_FIELD);
        status.addTo(headers);
        boolean judged = answer.status() == HttpStatus.OK_200 && (request.isGet() || request.isHead());
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

    private static CacheAnswer notModified(HttpFields.Mutable headers) {
        headers.remove(HttpHeader.CONTENT_LENGTH);
        headers.remove(HttpHeader.CONTENT_TYPE);
        return new CacheAnswer(HttpStatus.NOT_MODIFIED_304, headers, Content.Bytes.none());
    }

    private static CacheAnswer refused(HttpFields.Mutable headers) {
        return withoutContent(HttpStatus.PRECONDITION_FAILED_412, headers);
    }

    private static CacheAnswer withoutContent(int status, HttpFields.Mutable headers) {
        headers.put(HttpHeader.CONTENT_LENGTH, 0);
        headers.remove(HttpHeader.CONTENT_TYPE);
        return new CacheAnswer(status, headers, Content.Bytes.none());
    }

    private static Content body(OriginRequest request, Content content) {
        return request.isHead() ? Content.Bytes.none() : content;
    }

    private static CacheAnswer content(OriginRequest request, StoredAnswer stored, HttpFields.Mutable headers) {
        ByteBuffer body = stored.body();
        Optional<ByteRanges> ranges = request.isGet() && Conditions.allowRange(request.headers(), stored.headers())
                ? ByteRanges.of(request.headers().get(HttpHeader.RANGE), body.remaining())
                : Optional.empty();
        if (ranges.isEmpty()) {
            return new CacheAnswer(stored.status(), headers, body(request, new Content.Bytes(body.duplicate())));
        }
        if (ranges.get().ranges().isEmpty()) {
            headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + body.remaining());
            return withoutContent(HttpStatus.RANGE_NOT_SATISFIABLE_416, headers);
        }
        Content.Bytes content;
        if (ranges.get().ranges().size() == 1) {
            Range range = ranges.get().ranges().getFirst();
            headers.put(HttpHeader.CONTENT_RANGE, range.header(body.remaining()));
            content = new Content.Bytes(body.slice((int) range.first(), (int) range.length()));
        } else {
            Multipart parts = Multipart.of(ranges.get(), headers.get(HttpHeader.CONTENT_TYPE));
            headers.put(HttpHeader.CONTENT_TYPE, parts.contentType());
            content = new Content.Bytes(parts.fill(body));
        }
        headers.put(HttpHeader.CONTENT_LENGTH, content.length());
        return new CacheAnswer(HttpStatus.PARTIAL_CONTENT_206, headers, content);
    }
}
