package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers a site's uploads from S3: a GET by one GET, streamed through in constant memory, a HEAD by one HEAD.
///
/// Nothing of a request reaches S3 but the key, the range and one entity tag, each read and written anew. A failure of
/// S3 is never told as "there is no such file". Blocks; safe for many threads.
final class Uploads {

    /// How old the answer to a HEAD may be.
    static final Duration HEAD_AGE = Duration.ofSeconds(1);

    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final Duration EVER = Duration.ofDays(365);
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final Bucket bucket;
    private final String prefix;

    Uploads(Bucket bucket, FilePath top) {
        this.bucket = bucket;
        this.prefix = top.resolve("uploads").value() + "/";
    }

    /// @param name the path below the uploads
    boolean handle(UrlPath name, Request request, Response response, Callback callback) {
        ServedHeaders.putCommon(response.getHeaders());
        String method = request.getMethod();
        if (method.equals("OPTIONS")) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            callback.succeeded();
            return true;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            return PlainText.send(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "uploads can only be read here");
        }
        if ("script".equalsIgnoreCase(request.getHeaders().get("Service-Worker"))) {
            return PlainText.send(response, callback, HttpStatus.FORBIDDEN_403, "an upload cannot be a service worker");
        }
        Optional<ObjectKey> key = key(name);
        if (key.isEmpty()) {
            return PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        }
        Preconditions conditions = Preconditions.of(method, request.getHeaders());
        try {
            if (method.equals("HEAD")) {
                head(key.get(), conditions, response, callback);
            } else {
                get(key.get(), conditions, response, callback);
            }
        } catch (IOException e) {
            fail(e, response, callback);
        }
        return true;
    }

    /// The key of the object, unless the name is none that may be served. 404 for all of them: a refusal would tell
    /// that there is something.
    private Optional<ObjectKey> key(UrlPath name) {
        if (!name.clear()
                || name.hasEncodedSlash()
                || name.directory()
                || name.segments().isEmpty()) {
            return Optional.empty();
        }
        if (!ServedName.isServed(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ObjectKey.of(prefix + name.relative()));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }

    private void head(ObjectKey key, Preconditions conditions, Response response, Callback callback)
            throws IOException {
        Optional<StoredObject> object = bucket.head(key, HEAD_AGE);
        if (object.isEmpty()) {
            PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
            return;
        }
        Verdict verdict = conditions.judge(version(object.get()));
        if (!answeredWithoutBody(verdict, object.get(), response, callback)) {
            ServedHeaders.putAll(response.getHeaders(), object.get());
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, object.get().size());
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
        }
    }

    private void get(ObjectKey key, Preconditions conditions, Response response, Callback callback) throws IOException {
        Optional<String> had = conditions.onlyOtherThan();
        ReadCondition condition = had.map(ReadCondition::otherThan).orElseGet(ReadCondition::any);
        Optional<ObjectContent> content;
        try {
            content = bucket.get(key, conditions.range(), condition);
        } catch (StoreException e) {
            if (e.kind() != Kind.RANGE) {
                throw e;
            }
            outOfRange(key, conditions, response, callback);
            return;
        }
        if (content.isPresent()) {
            send(content.get(), conditions, response, callback);
        } else {
            notModified(key, had.orElseThrow(), response, callback);
        }
    }

    private void send(ObjectContent opened, Preconditions conditions, Response response, Callback callback)
            throws IOException {
        try (opened) {
            StoredObject object = opened.object();
            Verdict verdict = conditions.judge(version(object));
            if (answeredWithoutBody(verdict, object, response, callback)) {
                return;
            }
            if (verdict instanceof Verdict.Part(ByteRange range) && range.equals(opened.range())) {
                stream(opened, range, response, callback);
                return;
            }
            if (opened.length() == object.size()) {
                stream(opened, null, response, callback);
                return;
            }
        }
        // The range was for another version, as If-Range says: the client wants this one from its beginning.
        sendWhole(opened.object().key(), response, callback);
    }

    private void sendWhole(ObjectKey key, Response response, Callback callback) throws IOException {
        try (ObjectContent content = bucket.get(key, null, ReadCondition.any()).orElseThrow()) {
            stream(content, null, response, callback);
        }
    }

    /// S3 has none of the bytes. It does not say how many there are, nor whether the request meant this version.
    private void outOfRange(ObjectKey key, Preconditions conditions, Response response, Callback callback)
            throws IOException {
        Optional<StoredObject> object = bucket.head(key, HEAD_AGE);
        if (object.isEmpty()) {
            PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        } else if (!answeredWithoutBody(conditions.judge(version(object.get())), object.get(), response, callback)) {
            sendWhole(key, response, callback);
        }
    }

    private static boolean answeredWithoutBody(
            Verdict verdict, StoredObject object, Response response, Callback callback) {
        return switch (verdict) {
            case Verdict.Whole _, Verdict.Part _ -> false;
            case Verdict.NotModified _ -> {
                ServedHeaders.putVersion(response.getHeaders(), object);
                response.setStatus(HttpStatus.NOT_MODIFIED_304);
                callback.succeeded();
                yield true;
            }
            case Verdict.Refused _ -> PlainText.send(response, callback, HttpStatus.PRECONDITION_FAILED_412);
            case Verdict.OutOfRange _ -> {
                response.getHeaders().put(HttpHeader.CONTENT_RANGE, "bytes */" + object.size());
                yield PlainText.send(response, callback, HttpStatus.RANGE_NOT_SATISFIABLE_416);
            }
        };
    }

    /// S3 found the client's version unchanged and said no more of it. What else is known of that version goes along;
    /// what is not, the client has from its first answer.
    private void notModified(ObjectKey key, String etag, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        bucket.knownObject(key, EVER)
                .filter(object -> object.etag().equals(etag))
                .ifPresentOrElse(
                        object -> ServedHeaders.putVersion(headers, object), () -> headers.put(HttpHeader.ETAG, etag));
        response.setStatus(HttpStatus.NOT_MODIFIED_304);
        callback.succeeded();
    }

    private static void stream(ObjectContent content, @Nullable ByteRange part, Response response, Callback callback)
            throws IOException {
        HttpFields.Mutable headers = response.getHeaders();
        ServedHeaders.putAll(headers, content.object());
        Body.send(content.body(), part, content.object().size(), response, callback);
    }

    private static void fail(IOException e, Response response, Callback callback) {
        if (!(e instanceof StoreException failure)) {
            callback.failed(e); // The client is gone.
            return;
        }
        if (failure.kind() != Kind.NOT_FOUND) {
            LOG.warn("uploads: {}", failure.getMessage());
        }
        if (response.isCommitted()) {
            callback.failed(e); // Breaks the connection, so that half a body does not look whole.
            return;
        }
        response.reset();
        ServedHeaders.putCommon(response.getHeaders());
        PlainText.send(response, callback, status(failure.kind()));
    }

    /// What is missing and what is refused look alike from outside. Everything else may mend itself.
    private static int status(Kind kind) {
        return switch (kind) {
            case NOT_FOUND, DENIED, INVALID -> HttpStatus.NOT_FOUND_404;
            case NO_BUCKET, PRECONDITION, RANGE, TOO_LARGE, FULL, TIMEOUT, UNAVAILABLE ->
                HttpStatus.SERVICE_UNAVAILABLE_503;
        };
    }

    private static Version version(StoredObject object) {
        return new Version(object.etag(), object.modified(), object.size());
    }
}
