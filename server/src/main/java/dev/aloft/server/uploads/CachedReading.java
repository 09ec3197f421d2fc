package dev.aloft.server.uploads;

import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import dev.aloft.server.cache.OriginAnswer;
import dev.aloft.server.cache.OriginFailure;
import dev.aloft.server.cache.OriginRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers for what an origin has, through the cache. What is fresh in memory is sent at once; for everything else a
/// thread of its own waits. What is private is, to a request without leave to read it, not there.
///
/// @param key that leave is signed with; without one nobody has it
/// @param missing what is answered for what is not there
record CachedReading(
        HttpCache cache, Origin origin, Optional<UrlKey> key, Executor threads, Supplier<OriginAnswer> missing) {

    private static final String FOR_CACHE = "Aloft-Cache-Control";

    private static final Logger LOG = LoggerFactory.getLogger(CachedReading.class);

    /// @param path of the upload, for which leave may be given
    /// @param query of the request, in which leave may stand
    boolean answer(OriginRequest question, String path, @Nullable String query, Response response, Callback callback) {
        boolean signed = query != null && isSigned(path, query);
        Optional<CacheAnswer> ready = cache.ready(origin, question);
        if (ready.isPresent()) {
            send(ready.get(), signed, response, callback);
        } else {
            threads.execute(() -> await(question, signed, response, callback));
        }
        return true;
    }

    private void await(OriginRequest question, boolean signed, Response response, Callback callback) {
        try {
            send(cache.exchange(origin, question), signed, response, callback);
        } catch (OriginFailure e) {
            refuse(response, callback, e.status(), e.text());
        } catch (RuntimeException e) {
            LOG.error("cannot answer for {}", question.withoutQuery(), e);
            callback.failed(e);
        }
    }

    private void send(CacheAnswer answer, boolean signed, Response response, Callback callback) {
        boolean hidden = answer.headers().contains(UploadsOrigin.PRIVATE_FIELD) && !signed;
        if (!hidden && answer.status() != HttpStatus.NOT_FOUND_404) {
            answer.headers().remove(UploadsOrigin.PRIVATE_FIELD);
            Delivery.send(answer, response, callback);
            return;
        }
        try (answer) {
            sendMissing(response, callback);
        } catch (IOException e) {
            LOG.debug("an answer that may not be seen could not be closed: {}", e.toString());
        }
    }

    /// The same for what is hidden and what is missing: no word of the cache tells one from the other.
    private void sendMissing(Response response, Callback callback) throws IOException {
        try (OriginAnswer answer = missing.get()) {
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
