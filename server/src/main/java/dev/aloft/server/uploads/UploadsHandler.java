package dev.aloft.server.uploads;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.cache.Origin;
import dev.aloft.store.ObjectKey;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Answers a site's uploads in one folder. Of a request it reads the path, the conditions, the range and the accepted
/// codings, and from the query the signature that permits reading a private file. Safe for many threads.
final class UploadsHandler {

    private static final String METHODS = "GET, HEAD, OPTIONS";

    /// The number of paths whose meaning is remembered.
    private static final int MAX_NAMES = 10_000;

    private static final Set<HttpHeader> MEANT_FOR_THE_CACHE = EnumSet.of(
            HttpHeader.ACCEPT_ENCODING,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_MODIFIED_SINCE,
            HttpHeader.IF_RANGE,
            HttpHeader.RANGE);

    private static final String MISSING = "Not Found";

    private final UploadsFolder folder;
    private final ServingPolicy policy;
    private final CachedReading reading;
    private final Cache<String, Named> names =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_NAMES).build();
    private final Cors cors;

    UploadsHandler(UploadsSite site, SiteHandler.Shared shared) {
        this.folder = site.folder();
        this.policy = ServingPolicy.of(site, shared);
        this.cors = site.cors();
        Origin origin = policy.guard(
                new UploadsOrigin(site, shared.slots()),
                request -> ObjectKey.of(request.target()),
                UploadsOrigin::denied);
        this.reading = new CachedReading(
                shared.cache(), origin, site.urlKey(), shared.threads(), UploadsOrigin::missing, site.figures());
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
        Named named = new Named(key.get(), name.relative());
        names.put(request.getHttpURI().getPath(), named);
        return read(named, request, response, callback);
    }

    /// The meaning of a path: an object, and the name that a signature has for it.
    private record Named(ObjectKey key, String relative) {}

    /// Answers a plain GET for a path that was requested before in the same spelling; false for every other request.
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
                named.relative(),
                request.getHttpURI().getQuery(),
                response,
                callback);
    }

    private static Origin.Request question(ObjectKey key, Request request) {
        HttpFields.Mutable headers = HttpFields.build();
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() != null && MEANT_FOR_THE_CACHE.contains(field.getHeader())) {
                headers.add(field);
            }
        }
        return new Origin.Request(request.getMethod(), key.value(), headers);
    }

    /// The key of the object, if its name may be served. Every other name is 404, because a 403 would reveal that the
    /// upload exists.
    private Optional<ObjectKey> key(UrlPath name) {
        if (!name.clear()
                || name.hasEncodedSlash()
                || name.directory()
                || name.segments().isEmpty()) {
            return Optional.empty();
        }
        return folder.key(name.relative())
                .filter(key -> policy.reasonByName(key.value()).isEmpty());
    }
}
