package dev.aloft.server.edge;

import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.OriginRequest;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Bucket.Watch;
import dev.aloft.store.ObjectKey;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;

/// Answers a site's `/tachyon/`. What this process changes of an original drops its renditions at once. Safe for many
/// threads.
final class PictureUrls extends AbstractLifeCycle {

    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final String MISSING = "File not found.";

    private final HttpCache cache;
    private final Pictures pictures;
    private final Bucket bucket;
    private final CachedReading reading;
    private final Cors cors;
    private final Refusals refusals;
    private @Nullable Watch watch;

    PictureUrls(EdgeSite site, Pictures pictures, HttpCache cache, Refusals refusals, Executor threads) {
        this.cache = cache;
        this.pictures = pictures;
        this.bucket = site.bucket();
        this.cors = site.cors();
        this.refusals = refusals;
        this.reading = new CachedReading(
                cache,
                refusals.guard(pictures, pictures::original, Pictures::denied),
                site.urlKey(),
                threads,
                Pictures::missing);
    }

    @Override
    protected void doStart() {
        watch = bucket.watch(key -> changed(key).ifPresent(targets -> cache.purgePrefix(pictures.name(), targets)));
    }

    private Optional<String> changed(ObjectKey key) {
        return FolderRules.isOne(key.value())
                ? pictures.targetsBelow(FolderRules.folder(key.value()))
                : pictures.targets(key);
    }

    @Override
    protected void doStop() {
        if (watch != null) {
            watch.close();
        }
    }

    /// @param name the path below `/tachyon/`
    boolean handle(UrlPath name, Request request, Response response, Callback callback) {
        cors.allow(request, response);
        String method = request.getMethod();
        if (method.equals("OPTIONS")) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            callback.succeeded();
            return true;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            return CachedReading.refuse(
                    response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "pictures can only be read here");
        }
        String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
        Optional<OriginRequest> question = name.directory()
                ? Optional.empty()
                : pictures.request(method, name.relative(), query, request.getHeaders())
                        .filter(asked -> refusals.reasonByName(
                                        pictures.original(asked).value())
                                .isEmpty());
        if (question.isEmpty()) {
            return CachedReading.refuse(response, callback, HttpStatus.NOT_FOUND_404, MISSING);
        }
        Optional<String> refusal = pictures.refusal(question.get(), query);
        if (refusal.isPresent()) {
            return CachedReading.refuse(response, callback, HttpStatus.FORBIDDEN_403, refusal.get());
        }
        return reading.answer(question.get(), pictures.originalName(question.get()), query, response, callback);
    }
}
