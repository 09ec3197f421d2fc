package dev.aloft.server.cache;

import dev.aloft.server.cache.ByteRanges.Range;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// A representation (RFC 9110, 3.2) whose bytes can be read from any offset. It answers a GET or HEAD: evaluates the
/// preconditions and cuts the ranges (RFC 9110, 13 and 14).
///
/// @param headers of a 200 answer, which become those of the answer to the request; conditions are evaluated against
///     its `ETag` and `Last-Modified`
/// @param length in bytes
record Representation(HttpFields.Mutable headers, long length, Bytes bytes) {

    /// Opens a part.
    interface Bytes {
        Content open(long first, long count) throws Origin.Failure;
    }

    CacheAnswer answer(Origin.Request request) throws Origin.Failure {
        return switch (Preconditions.judge(request.headers(), headers)) {
            case NOT_MODIFIED -> notModified(headers);
            case REFUSED -> refused(headers);
            case CONTENT -> content(request);
        };
    }

    static CacheAnswer notModified(HttpFields.Mutable headers) {
        headers.remove(HttpHeader.CONTENT_LENGTH);
        headers.remove(HttpHeader.CONTENT_RANGE);
        headers.remove(HttpHeader.CONTENT_TYPE);
        headers.remove(HttpHeader.CONTENT_ENCODING);
        return new CacheAnswer(HttpStatus.NOT_MODIFIED_304, headers, Content.Bytes.none());
    }

    static CacheAnswer refused(HttpFields.Mutable headers) {
        headers.remove(HttpHeader.CONTENT_RANGE);
        return withoutContent(HttpStatus.PRECONDITION_FAILED_412, headers);
    }

    private static CacheAnswer withoutContent(int status, HttpFields.Mutable headers) {
        headers.put(HttpHeader.CONTENT_LENGTH, 0);
        headers.remove(HttpHeader.CONTENT_TYPE);
        headers.remove(HttpHeader.CONTENT_ENCODING);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        return new CacheAnswer(status, headers, Content.Bytes.none());
    }

    private CacheAnswer content(Origin.Request request) throws Origin.Failure {
        if (request.isHead()) {
            return new CacheAnswer(HttpStatus.OK_200, headers, Content.Bytes.none());
        }
        Optional<ByteRanges> asked = Preconditions.allowRange(request.headers(), headers)
                ? ByteRanges.of(request.headers().get(HttpHeader.RANGE), length)
                : Optional.empty();
        if (asked.isEmpty()) {
            return new CacheAnswer(HttpStatus.OK_200, headers, bytes.open(0, length));
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
            content = bytes.open(range.first(), range.length());
        } else {
            Multipart parts = Multipart.of(asked.get(), headers.get(HttpHeader.CONTENT_TYPE));
            headers.put(HttpHeader.CONTENT_TYPE, parts.contentType());
            content = parts.content(range -> bytes.open(range.first(), range.length()));
        }
        headers.put(HttpHeader.CONTENT_LENGTH, content.length());
        return new CacheAnswer(HttpStatus.PARTIAL_CONTENT_206, headers, content);
    }
}
