package dev.aloft.server.edge;

import dev.aloft.server.cache.EndToEnd;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.HttpOrigin;
import dev.aloft.server.cache.OriginFailure;
import dev.aloft.server.cache.OriginRequest;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes a site's requests on to another HTTP server through the cache, both ways as a stream. `Host` stays as it
/// is; who asked, for which host and how, is told in `X-Forwarded-For`, `-Host` and `-Proto`, and a client's own
/// word on that is dropped. Blocks.
final class HttpUpstreamHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(HttpUpstreamHandler.class);

    private final HttpCache cache;
    private final HttpOrigin origin;

    private HttpUpstreamHandler(HttpCache cache, HttpOrigin origin) {
        this.cache = cache;
        this.origin = origin;
        addBean(origin);
    }

    static Handler of(String name, Upstream.HttpUpstream upstream, HttpCache cache, EdgeLimits limits)
            throws IOException {
        SizeLimitHandler bounded = new SizeLimitHandler(limits.maxBodyBytes(), -1);
        bounded.setHandler(new HttpUpstreamHandler(cache, HttpOrigin.at(name, upstream.uri(), limits.siteSilence())));
        return bounded;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        request.addIdleTimeoutListener(idle -> false); // Who waits for the site is not idle.
        OriginRequest question = question(request, response);
        try {
            Delivery.send(cache.exchange(origin, question), response, callback);
        } catch (OriginFailure e) {
            if (e.status() >= 500
                    && request.getConnectionMetaData()
                            .getConnection()
                            .getEndPoint()
                            .isOpen()) {
                LOG.warn("{}: {}", origin.name(), e.getMessage());
            }
            PlainText.send(response, callback, e.status(), e.text());
        }
        return true;
    }

    private static OriginRequest question(Request request, Response response) {
        HttpFields.Mutable headers = EndToEnd.of(request.getHeaders());
        headers.remove(HttpHeader.EXPECT); // The edge itself tells the client to go on, when the body is read.
        headers.remove(HttpHeader.FORWARDED);
        headers.put("X-Forwarded-For", Request.getRemoteAddr(request));
        headers.put("X-Forwarded-Host", request.getHeaders().get(HttpHeader.HOST));
        headers.put("X-Forwarded-Proto", request.isSecure() ? "https" : "http");
        headers.add(HttpHeader.VIA, "1.1 aloft");
        return new OriginRequest(
                request.getMethod(),
                request.getHttpURI().getPathQuery(),
                headers.asImmutable(),
                body(request),
                (status, fields) -> {
                    if (!response.isCommitted()) {
                        var _ = response.writeInterim(status, fields);
                    }
                });
    }

    private static @Nullable InputStream body(Request request) {
        boolean has = request.getHeaders().contains(HttpHeader.CONTENT_LENGTH)
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        return has ? Content.Source.asInputStream(request) : null;
    }
}
