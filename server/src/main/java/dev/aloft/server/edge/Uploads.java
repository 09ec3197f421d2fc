package dev.aloft.server.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aloft.files.FilePath;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import dev.aloft.server.cache.OriginRequest;
import dev.aloft.store.Bucket;
import dev.aloft.store.Bucket.Watch;
import dev.aloft.store.ObjectKey;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;

/// Answers a site's uploads. Of a request, only its path, its conditions and its range count, and in its query the
/// leave to read what is private. What this process changes is dropped from the cache at once. Safe for many threads.
final class Uploads extends AbstractLifeCycle {

    private static final String METHODS = "GET, HEAD, OPTIONS";

    /// How many paths are remembered with what they name.
    private static final int MAX_NAMES = 10_000;

    private static final Set<HttpHeader> MEANT_FOR_THE_CACHE = EnumSet.of(
            HttpHeader.IF_MATCH,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_MODIFIED_SINCE,
            HttpHeader.IF_RANGE,
            HttpHeader.RANGE);

    private static final String MISSING = "Not Found";

    private final HttpCache cache;
    private final Origin origin;
    private final Refusals refusals;
    private final CachedReading reading;
    private final Bucket bucket;
    private final String prefix;
    private final Cache<String, Named> names =
            Caffeine.newBuilder().maximumSize(MAX_NAMES).build();
    private final Cors cors;
    private @Nullable Watch watch;

    /// @param folder below the site's prefix. Private files of another one than `uploads` are read by no URL: what is
    /// signed names a file of that.
    Uploads(EdgeSite site, FilePath folder, HttpCache cache, Refusals refusals, Executor threads, Places places) {
        this.cache = cache;
        this.refusals = refusals;
        this.origin = refusals.guard(
                new UploadsOrigin(site.name(), site.bucket(), places),
                request -> ObjectKey.of(request.target()),
                UploadsOrigin::denied);
        this.bucket = site.bucket();
        this.cors = site.cors();
        this.prefix = site.top().resolve(folder.value()).value() + "/";
        this.reading = new CachedReading(
                cache,
                origin,
                folder.equals(UploadPath.UPLOADS) ? site.urlKey() : Optional.empty(),
                threads,
                UploadsOrigin::missing);
    }

    @Override
    protected void doStart() {
        watch = bucket.watch(key -> drop(key.value()));
    }

    @Override
    protected void doStop() {
        if (watch != null) {
            watch.close();
        }
    }

    /// What a folder's rules were asked about is asked again when they change.
    private void drop(String key) {
        if (FolderRules.isOne(key)) {
            cache.purgePrefix(origin.name(), FolderRules.folder(key));
        } else {
            cache.purge(origin.name(), key);
        }
    }

    /// @param name the path below the uploads
    boolean handle(UrlPath name, Request request, Response response, Callback callback) {
        cors.allow(request, response);
        String method = request.getMethod();
        if (method.equals("OPTIONS")) {
            ServedHeaders.putCommon(response.getHeaders());
            response.setStatus(HttpStatus.NO_CONTENT_204);
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            callback.succeeded();
            return true;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            return CachedReading.refuse(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "uploads can only be read here");
        }
        if (request.getHeaders().contains("Service-Worker")) {
            return CachedReading.refuse(
                    response, callback, HttpStatus.FORBIDDEN_403, "an upload cannot be a service worker");
        }
        Optional<ObjectKey> key = key(name);
        if (key.isEmpty()) {
            return CachedReading.refuse(response, callback, HttpStatus.NOT_FOUND_404, MISSING);
        }
        Named named = new Named(key.get(), name);
        names.put(request.getHttpURI().getPath(), named);
        return read(named, request, response, callback);
    }

    /// What a path names, worked out before.
    private record Named(ObjectKey key, UrlPath name) {}

    /// Answers a plain GET for a path that was asked for before, as it is written; false for every other request.
    boolean handleKnown(@Nullable String path, Request request, Response response, Callback callback) {
        Named named = path == null || !request.getMethod().equals("GET") ? null : names.getIfPresent(path);
        if (named == null || request.getHeaders().contains("Service-Worker")) {
            return false;
        }
        cors.allow(request, response);
        return read(named, request, response, callback);
    }

    private boolean read(Named named, Request request, Response response, Callback callback) {
        return reading.answer(
                question(named.key(), request),
                named.name().relative(),
                request.getHttpURI().getQuery(),
                response,
                callback);
    }

    private static OriginRequest question(ObjectKey key, Request request) {
        HttpFields.Mutable headers = HttpFields.build();
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() != null && MEANT_FOR_THE_CACHE.contains(field.getHeader())) {
                headers.add(field);
            }
        }
        return new OriginRequest(request.getMethod(), key.value(), headers);
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
        try {
            return Optional.of(ObjectKey.of(prefix + name.relative()))
                    .filter(key -> refusals.reasonByName(key.value()).isEmpty());
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }
}
