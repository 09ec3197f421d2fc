package dev.aloft.server.edge;

import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.OriginFailure;
import dev.aloft.server.cache.OriginRequest;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Bucket.Watch;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers a site's `/tachyon/` through the cache. What is fresh in memory is sent at once; for everything else a
/// thread
/// of its own waits. What this process changes of an original drops its renditions at once. Safe for many threads.
final class PictureUrls extends AbstractLifeCycle {

    private static final String METHODS = "GET, HEAD, OPTIONS";
    /// What gives leave to read, and makes no other picture.
    private static final Pattern LEAVE = Pattern.compile("(?:^|&)aloft-(?:expires|signature)=[^&]*");

    private static final Logger LOG = LoggerFactory.getLogger(PictureUrls.class);

    private final HttpCache cache;
    private final Pictures pictures;
    private final Bucket bucket;
    private final Optional<UrlSecret> secret;
    private final Executor threads;
    private @Nullable Watch watch;

    PictureUrls(EdgeSite site, Pictures pictures, HttpCache cache, Executor threads) {
        this.cache = cache;
        this.pictures = pictures;
        this.bucket = site.bucket();
        this.secret = site.secret();
        this.threads = threads;
    }

    @Override
    protected void doStart() {
        watch = bucket.watch(
                key -> pictures.targets(key).ifPresent(targets -> cache.purgePrefix(pictures.name(), "", targets)));
    }

    @Override
    protected void doStop() {
        if (watch != null) {
            watch.close();
        }
    }

    /// @param name the path below `/tachyon/`
    boolean handle(UrlPath name, Request request, Response response, Callback callback) {
        String method = request.getMethod();
        if (method.equals("OPTIONS")) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            callback.succeeded();
            return true;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            return refuse(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "pictures can only be read here");
        }
        String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
        Optional<OriginRequest> question = name.directory()
                ? Optional.empty()
                : pictures.request(method, name.relative(), LEAVE.matcher(query).replaceAll(""), request.getHeaders());
        if (question.isEmpty()) {
            return refuse(response, callback, HttpStatus.NOT_FOUND_404, "File not found.");
        }
        boolean signed = isSigned(name, query);
        Optional<CacheAnswer> ready = cache.ready(pictures, question.get());
        if (ready.isPresent()) {
            send(ready.get(), signed, response, callback);
        } else {
            threads.execute(() -> answer(question.get(), signed, response, callback));
        }
        return true;
    }

    private void answer(OriginRequest question, boolean signed, Response response, Callback callback) {
        try {
            send(cache.exchange(pictures, question), signed, response, callback);
        } catch (OriginFailure e) {
            refuse(response, callback, e.status(), e.text());
        } catch (RuntimeException e) {
            LOG.error("cannot answer for {}", question.target(), e);
            callback.failed(e);
        }
    }

    private static void send(CacheAnswer answer, boolean signed, Response response, Callback callback) {
        boolean hidden = answer.headers().contains(UploadsOrigin.PRIVATE_FIELD) && !signed;
        if (!hidden) {
            answer.headers().remove(UploadsOrigin.PRIVATE_FIELD);
            Delivery.send(answer, response, callback);
            return;
        }
        try (answer) {
            refuse(response, callback, HttpStatus.NOT_FOUND_404, "File not found.");
        } catch (IOException e) {
            LOG.debug("an answer that may not be seen could not be closed: {}", e.toString());
        }
    }

    private static boolean refuse(Response response, Callback callback, int status, String text) {
        ServedHeaders.putCommon(response.getHeaders());
        return PlainText.send(response, callback, status, text);
    }

    /// Whether the request has leave to read what is private.
    private boolean isSigned(UrlPath name, String query) {
        return secret.isPresent()
                && SignedUrl.of(name.relative(), query)
                        .filter(url -> url.isValid(secret.get().bytes(), Instant.now()))
                        .isPresent();
    }
}
