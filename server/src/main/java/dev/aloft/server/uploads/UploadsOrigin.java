package dev.aloft.server.uploads;

import dev.aloft.server.SurrogateKeys;
import dev.aloft.server.cache.Origin;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ContentRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A site's uploads in S3 as an origin. A target is an object's key; the answer's headers are those of
/// [ServedHeaders].
///
/// Only the key, the range and one entity tag of a request reach S3, each parsed and formatted anew. An S3 outage is
/// never reported as 404. A 403 is, because S3 answers 403 for a missing key when the caller may not list the bucket;
/// the cache treats it as a failure. Answers are revalidated with a HEAD: unlike a 304 of S3, it also shows changed
/// headers.
final class UploadsOrigin implements Origin {

    /// The time for which the edge uses an upload without asking S3.
    static final Duration FRESH = Duration.ofSeconds(20);

    /// The additional time while it asks S3. A change that no host announces is thus visible after 30 s, also to the
    /// first visitor.
    static final Duration WHILE_ASKING = Duration.ofSeconds(10);

    /// The additional time while S3 fails.
    static final Duration WHILE_FAILING = Duration.ofDays(1);

    /// The time for which the edge remembers that an upload is missing.
    static final Duration MISSING = Duration.ofSeconds(5);

    /// The time for which the edge remembers a folder's rules, or that it has none; a day more while S3 fails.
    static final Duration RULES = Duration.ofMinutes(1);

    /// The maximum age of an answer to a HEAD.
    static final Duration HEAD_AGE = Duration.ofSeconds(1);

    /// Marks an answer for signed requests only; it does not leave the edge.
    static final String PRIVATE_FIELD = "Aloft-Private";

    private static final String FOR_CACHE = "Aloft-Cache-Control";
    private static final String FRESHNESS = "max-age=%d, stale-while-revalidate=%d, stale-if-error=%d"
            .formatted(FRESH.toSeconds(), WHILE_ASKING.toSeconds(), WHILE_FAILING.toSeconds());

    /// Never for private uploads: the length of compressed bytes says more about them.
    private static final String COMPRESSIBLE = FRESHNESS + ", compressible";

    /// No longer than that, even while S3 is slow or fails, because the upload may exist by then.
    private static final String KNOWN_MISSING = "max-age=" + MISSING.toSeconds() + ", must-revalidate";

    /// Used while S3 fails, like the upload that it hides.
    private static final String KNOWN_DENIED = "max-age=%d, stale-while-revalidate=%d, stale-if-error=%d"
            .formatted(MISSING.toSeconds(), WHILE_ASKING.toSeconds(), WHILE_FAILING.toSeconds());

    private static final String KNOWN_RULES = "max-age=" + RULES.toSeconds();
    private static final Logger LOG = LoggerFactory.getLogger(UploadsOrigin.class);

    private final String name;
    private final Bucket bucket;
    private final SlowReaderSlots slots;
    private final Optional<SurrogateKeys> keys;

    UploadsOrigin(UploadsSite site, SlowReaderSlots slots) {
        this.name = nameFor(site.name());
        this.bucket = site.bucket();
        this.slots = slots;
        this.keys = site.keys();
    }

    /// The name of the origin that holds a site's uploads.
    static String nameFor(String site) {
        return site + "/uploads";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isExact() {
        return true;
    }

    @Override
    public Duration memory(Origin.Request request) {
        return request.method().equals("HEAD") ? HEAD_AGE : Duration.ZERO;
    }

    @Override
    public Origin.Answer ask(Origin.Request request) throws Origin.Failure {
        ObjectKey key = ObjectKey.of(request.target());
        try {
            if (request.method().equals("HEAD")) {
                return head(key, bucket.head(key, HEAD_AGE), HttpStatus.OK_200);
            }
            String known = request.headers().get(HttpHeader.IF_NONE_MATCH);
            if (known != null) {
                Optional<StoredObject> now = bucket.head(key, Duration.ZERO);
                if (now.isEmpty() || now.get().etag().equals(known)) {
                    return head(key, now, HttpStatus.NOT_MODIFIED_304);
                }
            }
            return get(key, request.headers());
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return missing(key);
            }
            throw failure(e);
        } catch (IOException e) {
            throw Origin.Failure.of(e);
        }
    }

    private Origin.Answer get(ObjectKey key, HttpFields request) throws IOException {
        Optional<ByteRange> range = ByteRange.parse(request.get(HttpHeader.RANGE));
        String version = request.get(HttpHeader.IF_MATCH);
        ReadCondition condition = version == null ? ReadCondition.any() : ReadCondition.version(version);
        try {
            ObjectContent content =
                    bucket.get(key, range.orElse(null), condition).orElseThrow();
            HttpFields.Mutable headers = headers(content.object());
            headers.put(HttpHeader.CONTENT_LENGTH, content.length());
            InputStream body = new UploadBody(bucket, content, slots);
            ByteRange part = range.isPresent() ? content.range() : null;
            if (part == null) {
                return new Origin.Answer(HttpStatus.OK_200, headers, content.length(), body);
            }
            headers.put(
                    HttpHeader.CONTENT_RANGE,
                    ContentRange.of(part, content.object().size()).header());
            return new Origin.Answer(HttpStatus.PARTIAL_CONTENT_206, headers, content.length(), body);
        } catch (StoreException e) {
            if (e.kind() == Kind.RANGE) {
                return outOfRange(key, bucket.head(key, HEAD_AGE));
            }
            if (e.kind() == Kind.PRECONDITION) {
                return Origin.Answer.empty(HttpStatus.PRECONDITION_FAILED_412, HttpFields.EMPTY);
            }
            throw e;
        }
    }

    private Origin.Answer head(ObjectKey key, Optional<StoredObject> object, int status) {
        return object.isEmpty() ? missing(key) : Origin.Answer.empty(status, headers(object.get()));
    }

    /// S3 has none of the bytes, and does not report the size.
    private Origin.Answer outOfRange(ObjectKey key, Optional<StoredObject> object) {
        if (object.isEmpty()) {
            return missing(key);
        }
        HttpFields.Mutable headers = headers(object.get());
        headers.put(
                HttpHeader.CONTENT_RANGE, ContentRange.unsatisfied(object.get().size()));
        headers.put(HttpHeader.CONTENT_LENGTH, 0);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.remove(HttpHeader.CONTENT_TYPE);
        return Origin.Answer.empty(HttpStatus.RANGE_NOT_SATISFIABLE_416, headers);
    }

    private HttpFields.Mutable headers(StoredObject object) {
        HttpFields.Mutable headers = HttpFields.build();
        ServedHeaders.putAll(headers, object);
        headers.put(HttpHeader.CONTENT_LENGTH, object.size());
        String stored = Optional.ofNullable(object.cacheControl()).orElse("");
        if (!stored.contains("no-store") && !stored.contains("no-cache") && !stored.contains("private")) {
            headers.put(FOR_CACHE, FolderRules.isOne(object.key()) ? KNOWN_RULES : freshness(headers, stored));
        }
        if (PrivateMark.isOn(object)) {
            headers.put(PRIVATE_FIELD, "1");
            headers.put(FOR_CACHE, FRESHNESS);
            headers.put(HttpHeader.CACHE_CONTROL, "private, no-store");
        }
        keys.ifPresent(known -> known.putAll(headers, object.key()));
        return headers;
    }

    private static String freshness(HttpFields headers, String cacheControl) {
        boolean gains = new ServedType(headers.get(HttpHeader.CONTENT_TYPE)).compressible();
        boolean isEncoded = headers.contains(HttpHeader.CONTENT_ENCODING);
        return gains && !isEncoded && !cacheControl.contains("no-transform") ? COMPRESSIBLE : FRESHNESS;
    }

    private static Origin.Answer missing(ObjectKey key) {
        return FolderRules.isOne(key) ? missing(KNOWN_RULES) : missing();
    }

    /// The answer for a missing upload.
    static Origin.Answer missing() {
        return missing(KNOWN_MISSING);
    }

    /// The answer for an upload that a folder's rules deny; for clients the same as a missing one.
    static Origin.Answer denied() {
        return missing(KNOWN_DENIED);
    }

    private static Origin.Answer missing(String known) {
        byte[] text = "Not Found\n".getBytes(StandardCharsets.US_ASCII);
        HttpFields.Mutable headers = HttpFields.build();
        ServedHeaders.putCommon(headers);
        headers.put(HttpHeader.CONTENT_TYPE, PlainText.TYPE);
        headers.put(HttpHeader.CONTENT_LENGTH, text.length);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        headers.put(FOR_CACHE, known);
        return new Origin.Answer(HttpStatus.NOT_FOUND_404, headers, text.length, new ByteArrayInputStream(text));
    }

    static Origin.Failure failure(StoreException e) {
        String message = String.valueOf(e.getMessage());
        if (!e.isToldAgain()) {
            LOG.warn("uploads: {}", message);
        }
        return e.kind().looksMissing()
                ? new Origin.Failure(HttpStatus.NOT_FOUND_404, "Not Found", message, e)
                : new Origin.Failure(HttpStatus.SERVICE_UNAVAILABLE_503, "Service Unavailable", message, e);
    }
}
