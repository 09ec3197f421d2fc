package dev.aloft.server.edge;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes a site's requests on to another HTTP server, both ways as a stream. `Host` stays as it is; who asked, for
/// which host and how, is told in `X-Forwarded-For`, `-Host` and `-Proto`, and a client's own word on that is dropped.
final class HttpUpstreamHandler extends ProxyHandler.Reverse {

    private static final String FOR = "X-Forwarded-For";
    private static final String HOST = "X-Forwarded-Host";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final Set<String> REPLACED =
            Set.of("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded");
    private static final Logger LOG = LoggerFactory.getLogger(HttpUpstreamHandler.class);

    private final URI upstream;
    private final Duration silence;

    private HttpUpstreamHandler(URI upstream, Duration silence) {
        super(Request::getHttpURI);
        this.upstream = upstream;
        this.silence = silence;
        setViaHost("aloft");
    }

    static Handler of(Upstream.HttpUpstream upstream, EdgeLimits limits) {
        SizeLimitHandler bounded = new SizeLimitHandler(limits.maxBodyBytes(), -1);
        bounded.setHandler(new HttpUpstreamHandler(upstream.uri(), limits.siteSilence()));
        return bounded;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return super.handle(new ForwardedRequest(request, HttpUpstreamHandler::passes), response, callback);
    }

    private static boolean passes(HttpField field) {
        return !REPLACED.contains(field.getName().toLowerCase(Locale.ROOT));
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        SiteClient.configure(client, getServer().getThreadPool(), silence);
    }

    /// The target goes on as it was written, whatever characters it has. Only slashes at its beginning become one: two
    /// would begin the name of a host.
    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI uri) {
        int port = upstream.getPort() < 0 ? 80 : upstream.getPort();
        return getHttpClient()
                .newRequest(upstream.getHost(), port)
                .method(request.getMethod())
                .path("/" + uri.getPathQuery().replaceFirst("^/+", ""));
    }

    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request toUpstream) {
        toUpstream.headers(headers -> {
            headers.put(FOR, Request.getRemoteAddr(request));
            headers.put(HOST, request.getHeaders().get(HttpHeader.HOST));
            headers.put(PROTO, request.isSecure() ? "https" : "http");
        });
    }

    @Override
    protected void sendProxyToServerRequest(
            Request request, org.eclipse.jetty.client.Request toUpstream, Response response, Callback callback) {
        toUpstream.idleTimeout(silence.toMillis(), TimeUnit.MILLISECONDS);
        super.sendProxyToServerRequest(request, toUpstream, response, callback);
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request toUpstream,
            org.eclipse.jetty.client.Response fromUpstream,
            Response response,
            Callback callback,
            Throwable cause) {
        SiteFailure failure = SiteFailure.of(cause, toUpstream);
        if (failure.worthLogging(request)) {
            LOG.warn("{}: {} {}: {}", upstream, request.getMethod(), toUpstream.getPath(), cause.toString());
        }
        failure.answer(cause, response, callback);
    }
}
