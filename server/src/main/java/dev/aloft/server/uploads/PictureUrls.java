package dev.aloft.server.uploads;

import dev.aloft.server.cache.Origin;
import dev.aloft.server.tachyon.Pictures;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers a site's `/tachyon/`. Safe for many threads.
final class PictureUrls {

    /// The path that tachyon-plugin uses where pictures are on the site's own host.
    static final String PATH = "/tachyon/";

    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final String MISSING = "File not found.";

    private final Pictures pictures;
    private final CachedReading reading;
    private final Cors cors;
    private final ServingPolicy policy;

    PictureUrls(UploadsSite site, Pictures pictures, SiteHandler.Shared shared) {
        this.pictures = pictures;
        this.cors = site.cors();
        this.policy = ServingPolicy.of(site, shared);
        this.reading = new CachedReading(
                shared.cache(),
                policy.guard(pictures, pictures::original, Pictures::denied),
                site.urlKey(),
                shared.threads(),
                Pictures::missing,
                site.figures());
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
        Optional<Origin.Request> question = name.directory()
                ? Optional.empty()
                : pictures.request(method, name.relative(), query, request.getHeaders())
                        .filter(asked -> policy.reasonByName(
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
