package dev.aloft.server.uploads;

import dev.aloft.server.ServerThreads;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.UrlKey;
import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers from an origin through the cache. An answer that is fresh in memory is sent at once; anything else waits
/// on its own thread. A private upload is answered as missing unless the request is signed.
///
/// @param key the site's signing key; without one, no private upload is served
/// @param missing the answer for a missing upload
/// @param figures counts the answers
record CachedReading(
        HttpCache cache,
        Origin origin,
        Optional<UrlKey> key,
        Executor threads,
        Supplier<Origin.Answer> missing,
        SiteFigures figures) {

    private static final String FOR_CACHE = "Aloft-Cache-Control";

    private static final Logger LOG = LoggerFactory.getLogger(CachedReading.class);

    /// @param path of the upload, as a signature names it
    /// @param query of the request, which may have a signature
    boolean answer(Origin.Request question, String path, @Nullable String query, Response response, Callback callback) {
        boolean signed = query != null && isSigned(path, query);
        Optional<CacheAnswer> ready = cache.ready(origin, question);
        if (ready.isPresent()) {
            count(true, response);
            send(ready.get(), signed, response, callback);
        } else {
            ServerThreads.execute(threads, () -> await(question, signed, response, callback), callback);
        }
        return true;
    }

    private void await(Origin.Request question, boolean signed, Response response, Callback callback) {
        try {
            CacheAnswer answer = cache.exchange(origin, question);
            count(false, response);
            send(answer, signed, response, callback);
        } catch (Origin.Failure e) {
            count(false, response);
            refuse(response, callback, e.status(), e.text());
        } catch (RuntimeException e) {
            LOG.error("cannot answer for {}", question.withoutQuery(), e);
            callback.failed(e);
        }
    }

    private void count(boolean isHit, Response response) {
        figures.served(isHit, NanoTime.since(response.getRequest().getBeginNanoTime()));
    }

    private void send(CacheAnswer answer, boolean signed, Response response, Callback callback) {
        boolean hidden = answer.headers().contains(UploadsOrigin.PRIVATE_FIELD) && !signed;
        if (!hidden && answer.status() != HttpStatus.NOT_FOUND_404) {
            answer.headers().remove(UploadsOrigin.PRIVATE_FIELD);
            Delivery.send(answer, cache.room(), response, callback);
            return;
        }
        try (answer) {
            sendMissing(response, callback);
        } catch (IOException e) {
            LOG.debug("an answer that may not be seen could not be closed: {}", e.toString());
        }
    }

    /// One answer for private and for missing uploads; it has no field of the cache that would distinguish them.
    private void sendMissing(Response response, Callback callback) throws IOException {
        try (Origin.Answer answer = missing.get()) {
            response.setStatus(answer.status());
            response.getHeaders().add(answer.headers()).remove(FOR_CACHE);
            response.write(true, ByteBuffer.wrap(answer.body().readAllBytes()), callback);
        }
    }

    private boolean isSigned(String path, String query) {
        return key.isPresent()
                && SignedUrl.of(path, query)
                        .filter(url -> url.isValid(key.get(), Instant.now()))
                        .isPresent();
    }

    /// Answers with a line of text.
    static boolean refuse(Response response, Callback callback, int status, String text) {
        ServedHeaders.putCommon(response.getHeaders());
        return PlainText.send(response, callback, status, text);
    }
}
