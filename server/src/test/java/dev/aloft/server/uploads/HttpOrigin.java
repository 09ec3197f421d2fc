package dev.aloft.server.uploads;

import dev.aloft.server.cache.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ByteBufferPool;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server as an origin. Target, `Host` and all other headers go on as they are given; redirects, cookies,
/// encodings and authentication are the client's business.
///
/// Every wait is bounded: for a connection by [#CONNECT_LIMIT], for anything else by the silence that was given.
/// Close it to close its connections.
final class HttpOrigin implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final int MAX_CONNECTIONS = 512;
    static final int MAX_HEAD_BYTES = 64 << 10;

    /// The time for which an idle connection is kept: less than in servers, so that none is found closed in use.
    static final Duration KEPT_IDLE = Duration.ofSeconds(4);

    private static final String INTERIM = HttpOrigin.class.getName() + ".interim";

    private final String name;
    private final String host;
    private final int port;
    private final Duration silence;
    private final HttpClient client;

    private HttpOrigin(String name, String host, int port, Duration silence, HttpClient client) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.silence = silence;
        this.client = client;
    }

    /// @param server as in `http://10.0.0.7:8080`
    /// @param silence how long it may say nothing
    static HttpOrigin at(String name, URI server, Duration silence) throws IOException {
        int port = server.getPort() < 0 ? 80 : server.getPort();
        return start(name, server.getHost(), port, silence);
    }

    private static HttpOrigin start(String name, String host, int port, Duration silence) throws IOException {
        HttpClientTransportOverHTTP messages = new HttpClientTransportOverHTTP(1);
        messages.setHeaderCacheCaseSensitive(true); // Else one answer's value may be given another one's letters.
        HttpClient client = new HttpClient(messages);
        client.setConnectTimeout(CONNECT_LIMIT.toMillis());
        client.setIdleTimeout(KEPT_IDLE.toMillis());
        client.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
        client.setMaxResponseHeadersSize(MAX_HEAD_BYTES);
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        try {
            client.start();
        } catch (Exception e) {
            throw new IOException("cannot start a client for " + host + ":" + port, e);
        }
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
        client.getProtocolHandlers().put(new EarlyHints());
        client.getProtocolHandlers().put(new Processing());
        return new HttpOrigin(name, host, port, silence, client);
    }

    /// Takes 102 and 103 answers while the last one is awaited. May be called from another thread.
    interface Interim {
        void send(int status, HttpFields headers);
    }

    /// The origin for one exchange.
    ///
    /// @param body of its request; null for none
    Origin carrying(@Nullable InputStream body, Interim interim) {
        return new Origin() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Origin.Answer ask(Origin.Request request) throws IOException {
                boolean passes =
                        !request.method().equals("GET") && !request.method().equals("HEAD");
                return HttpOrigin.this.ask(request, passes ? body : null, interim);
            }
        };
    }

    private Origin.Answer ask(Origin.Request request, @Nullable InputStream body, Interim interim) throws IOException {
        // Slashes at the beginning become one: two would begin the name of a host.
        Request asked = client.newRequest(host, port)
                .method(request.method())
                .path("/" + request.target().replaceFirst("^/+", ""))
                .headers(headers -> headers.clear().add(request.headers()))
                .attribute(INTERIM, interim)
                .idleTimeout(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (body != null) {
            long length = request.headers().getLongField(HttpHeader.CONTENT_LENGTH);
            asked.body(new Body(body, length, new ByteBufferPool.Sized(client.getByteBufferPool())));
        }
        InputStreamResponseListener listener = new InputStreamResponseListener();
        asked.send(listener);
        Response answer = await(listener, request, asked);
        long announced =
                request.method().equals("HEAD") ? 0 : answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        return new Origin.Answer(
                answer.getStatus(),
                answer.getHeaders(),
                announced,
                new Reading(listener.getInputStream(), announced, asked));
    }

    private Response await(InputStreamResponseListener listener, Origin.Request request, Request asked)
            throws IOException {
        try {
            // The client's own limits end this earlier, also while a body is still being sent.
            return listener.get(Integer.MAX_VALUE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var _ = asked.abort(e);
            throw new InterruptedIOException("interrupted while " + where(request) + " was asked");
        } catch (TimeoutException | ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw failure(cause, request, asked);
        }
    }

    private Origin.Failure failure(Throwable cause, Origin.Request request, Request asked) {
        String attempt = "cannot ask " + where(request) + ": ";
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof HttpException http && http.getCode() == HttpStatus.PAYLOAD_TOO_LARGE_413) {
                String text = "the request is too large";
                return new Origin.Failure(http.getCode(), text, attempt + text, cause);
            }
        }
        if (asked.getConnection() == null) {
            String message = attempt + "no connection (" + cause.getMessage() + ")";
            return new Origin.Failure(HttpStatus.SERVICE_UNAVAILABLE_503, "the site cannot be reached", message, cause);
        }
        // What the client library says of these is longer than a line.
        return cause instanceof TimeoutException
                ? new Origin.Failure(
                        HttpStatus.GATEWAY_TIMEOUT_504,
                        "the site takes too long to answer",
                        attempt + "it said nothing for " + silence.toSeconds() + " s",
                        cause)
                : new Origin.Failure(
                        HttpStatus.BAD_GATEWAY_502,
                        "the site broke its answer off",
                        attempt + "no whole answer came (" + cause.getClass().getSimpleName() + ")",
                        cause);
    }

    private String where(Origin.Request request) {
        return host + ":" + port + " for " + request.method() + " " + request.target();
    }

    @Override
    public void close() throws IOException {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IOException("the client for " + host + ":" + port + " did not stop", e);
        }
    }

    /// A body of the length that its sender has announced.
    private static final class Body extends InputStreamRequestContent {

        private final long length;

        Body(InputStream bytes, long length, ByteBufferPool.Sized pool) {
            super("application/octet-stream", bytes, pool);
            this.length = length;
        }

        @Override
        public long getLength() {
            return length;
        }

        @Override
        public @Nullable String getContentType() {
            return null; // The sender's own stands in the headers.
        }
    }

    /// Closed before its end, it gives the connection up.
    private static final class Reading extends InputStream {

        private final InputStream bytes;
        private final Request asked;
        private long left;

        Reading(InputStream bytes, long length, Request asked) {
            this.bytes = bytes;
            this.left = length < 0 ? Long.MAX_VALUE : length;
            this.asked = asked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            int read = bytes.read(into, offset, count);
            left = read < 0 ? 0 : left - read;
            return read;
        }

        @Override
        public void close() throws IOException {
            if (left > 0) {
                var _ = asked.abort(new IOException("nobody wants the rest"));
            }
            bytes.close();
        }
    }

    private static Interim interim(Request request) {
        return request.getAttributes().get(INTERIM) instanceof Interim interim ? interim : (_, _) -> {};
    }

    private static final class EarlyHints extends EarlyHintsProtocolHandler {
        @Override
        protected void onEarlyHints(Request request, HttpFields headers) {
            interim(request).send(HttpStatus.EARLY_HINTS_103, headers);
        }
    }

    private static final class Processing extends ProcessingProtocolHandler {
        @Override
        protected void onProcessing(Request request, HttpFields headers) {
            interim(request).send(HttpStatus.PROCESSING_102, headers);
        }
    }
}
