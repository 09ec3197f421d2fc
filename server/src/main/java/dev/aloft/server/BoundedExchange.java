package dev.aloft.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request and its response, within a limit of time that covers the body, and a limit of the body's size. The
/// timeout of the JDK's client ends with the headers of the response.
public final class BoundedExchange {

    /// Default of the bytes of a body that are read. The connection of a longer one is closed, and its beginning is the
    /// body.
    public static final int MAX_BODY = 64 << 10;

    private BoundedExchange() {}

    /// Sends a request once, and reads at most [#MAX_BODY] bytes of the response's body.
    ///
    /// @param request without a timeout of its own
    /// @param limit from connecting to the end of the body
    /// @param body of its bytes
    /// @throws HttpTimeoutException if the response is not complete in time
    public static <T> HttpResponse<T> send(
            HttpClient client, HttpRequest request, Duration limit, Function<byte[], T> body)
            throws IOException, InterruptedException {
        return send(client, request, limit, MAX_BODY, body);
    }

    /// The same with another limit of the body.
    ///
    /// @param maxBody bytes of the body that are read
    public static <T> HttpResponse<T> send(
            HttpClient client, HttpRequest request, Duration limit, int maxBody, Function<byte[], T> body)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> exchange =
                client.sendAsync(request, _ -> BodySubscribers.mapping(new Beginning(maxBody), body));
        try {
            return exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete response within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    /// The first bytes of a body.
    private static final class Beginning implements BodySubscriber<byte[]> {

        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final int max;
        private @Nullable Subscription subscription;

        Beginning(int max) {
            this.max = max;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[Math.min(buffer.remaining(), max - read.size())];
                buffer.get(bytes);
                read.writeBytes(bytes);
            }
            if (read.size() == max) {
                Objects.requireNonNull(subscription).cancel();
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(read.toByteArray());
        }
    }
}
