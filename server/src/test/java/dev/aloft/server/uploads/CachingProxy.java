package dev.aloft.server.uploads;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The edge's cache and delivery before an HTTP server, for a suite whose origin is one. The edge itself has S3 as
/// its only origin.
final class CachingProxy implements AutoCloseable {

    private static final Duration SILENCE = Duration.ofMinutes(2);

    private static final EnumSet<HttpHeader> HOP_BY_HOP = EnumSet.of(
            HttpHeader.CONNECTION,
            HttpHeader.EXPECT,
            HttpHeader.KEEP_ALIVE,
            HttpHeader.PROXY_AUTHORIZATION,
            HttpHeader.TE,
            HttpHeader.TRAILER,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.UPGRADE);

    private final Server server = new Server();
    private final HttpCache cache;
    private final HttpOrigin origin;
    private final ServerConnector connector;

    private CachingProxy(URI behind) throws IOException {
        cache = new HttpCache(CacheSettings.DEFAULT, InstantSource.system());
        origin = HttpOrigin.at("suite", behind, SILENCE);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setHeaderCacheCaseSensitive(true);
        http.setMaxResponseHeaderSize(HttpOrigin.MAX_HEAD_BYTES);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setErrorHandler(PlainText.errors());
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                answer(request, response, callback);
                return true;
            }
        });
    }

    static CachingProxy before(URI origin) throws Exception {
        CachingProxy proxy = new CachingProxy(origin);
        proxy.server.start();
        return proxy;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
    }

    private void answer(Request request, Response response, Callback callback) {
        request.addIdleTimeoutListener(idle -> false); // Who waits for the origin is not idle.
        HttpFields.Mutable headers = HttpFields.build(request.getHeaders());
        request.getHeaders().getCSV(HttpHeader.CONNECTION, false).forEach(headers::remove);
        headers.remove(HOP_BY_HOP); // The server itself tells the client to go on, when the body is read.
        headers.add(HttpHeader.VIA, "1.1 aloft");
        Origin.Request question =
                new Origin.Request(request.getMethod(), request.getHttpURI().getPathQuery(), headers.asImmutable());
        HttpOrigin.Interim interim = (status, fields) -> {
            if (!response.isCommitted()) {
                var _ = response.writeInterim(status, fields);
            }
        };
        try {
            CacheAnswer answer = cache.exchange(origin.carrying(body(request), interim), question);
            Delivery.send(answer, cache.room(), response, callback);
        } catch (Origin.Failure e) {
            PlainText.send(response, callback, e.status(), e.text());
        }
    }

    private static @Nullable InputStream body(Request request) {
        boolean has = request.getHeaders().contains(HttpHeader.CONTENT_LENGTH)
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        return has ? Content.Source.asInputStream(request) : null;
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("the proxy before the suite did not stop", e);
        }
        origin.close();
        cache.close();
    }
}
