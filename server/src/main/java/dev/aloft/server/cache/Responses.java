package dev.aloft.server.cache;

import dev.aloft.server.cache.Content.DiskStream;
import java.io.IOException;
import java.util.Objects;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// Builds the answer for one client from a stored answer or one that passes through.
final class Responses {

    private final Codings codings;
    private final BodyRoom bodies;

    /// @param bodies counts the bodies that clients take
    Responses(Codings codings, BodyRoom bodies) {
        this.codings = codings;
        this.bodies = bodies;
    }

    /// @param key of the stored answer
    /// @param source of a large answer
    CacheAnswer of(
            String key,
            Origin.Request request,
            StoredAnswer stored,
            LargeBody.@Nullable Source source,
            long now,
            CacheStatus status)
            throws Origin.Failure {
        HttpFields.Mutable headers = HttpFields.build(stored.headers());
        headers.remove(Directives.OWN_FIELD);
        headers.put(HttpHeader.AGE, stored.freshness().age(now) / 1000);
        status.addTo(headers);
        if (stored.status() == HttpStatus.OK_200) {
            MemoryBody compressed = codings.select(key, request, stored, headers);
            if (compressed != null) {
                return new Representation(
                                headers,
                                compressed.length(),
                                (first, count) -> bodies.take(compressed, (int) first, (int) count))
                        .answer(request.withoutRange());
            }
            Representation version =
                    new Representation(headers, stored.length(), (first, count) -> part(stored, first, count, source));
            return version.answer(request);
        }
        Content content = request.isHead()
                ? Content.Bytes.none()
                : bodies.take(stored.body(), 0, stored.body().length());
        return new CacheAnswer(stored.status(), headers, content);
    }

    private Content part(StoredAnswer stored, long first, long count, LargeBody.@Nullable Source source)
            throws Origin.Failure {
        LargeBody large = stored.large();
        if (large == null) {
            return bodies.take(stored.body(), (int) first, (int) count);
        }
        DiskStream bytes = large.open(first, count, Objects.requireNonNull(source));
        if (bytes == null) {
            throw new Origin.Failure(
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    "Service Unavailable",
                    "the answer was evicted while it was read",
                    null);
        }
        return new Content.OnDisk(bytes, count);
    }

    /// An answer that was not stored. Conditions that the cache withheld from the origin are evaluated here.
    CacheAnswer passing(Origin.Request request, Origin.Answer answer, CacheStatus status) throws Origin.Failure {
        HttpFields.Mutable headers = EndToEnd.of(answer.headers());
        codings.describe(request, headers);
        headers.remove(Directives.OWN_FIELD);
        status.addTo(headers);
        boolean judged = (request.isGet() || request.isHead()) && isOfAVersion(answer.status());
        Verdict verdict = judged ? Preconditions.judge(request.headers(), headers) : Verdict.CONTENT;
        if (verdict == Verdict.CONTENT && !request.isHead()) {
            return new CacheAnswer(answer.status(), headers, Content.passing(answer.body(), answer.length()));
        }
        try {
            answer.close();
        } catch (IOException e) {
            throw Origin.Failure.of(e);
        }
        return switch (verdict) {
            case CONTENT -> new CacheAnswer(answer.status(), headers, Content.Bytes.none());
            case NOT_MODIFIED -> Representation.notModified(headers);
            case REFUSED -> Representation.refused(headers);
        };
    }

    private static boolean isOfAVersion(int status) {
        return switch (status) {
            case HttpStatus.OK_200, HttpStatus.PARTIAL_CONTENT_206, HttpStatus.RANGE_NOT_SATISFIABLE_416 -> true;
            default -> false;
        };
    }
}
