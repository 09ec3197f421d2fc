package dev.aloft.server.edge;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ListIterator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.DuplexConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.fcgi.FCGI;
import org.eclipse.jetty.fcgi.proxy.FastCGIProxyHandler;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has php-fpm run a program and passes its answer on, both ways as a stream.
///
/// Which program runs is [CodeRoot]'s choice, told by [#setProgram]; nothing of the URL becomes `PATH_INFO`. Every
/// request has a connection of its own, since an idle one would keep one of php-fpm's few workers to itself.
final class FastCgi extends FastCGIProxyHandler {

    private static final String PROGRAM = FastCgi.class.getName() + ".program";
    private static final String CLIENT_REQUEST = FastCgi.class.getName() + ".request";
    private static final Logger LOG = LoggerFactory.getLogger(FastCgi.class);

    private final Path socket;
    private final Duration silence;

    FastCgi(Upstream.PhpSite site, Duration silence) {
        super(
                request -> HttpURI.from("http://localhost" + URIUtil.encodePath(program(request))),
                site.codeRoot().toString());
        this.socket = site.fpmSocket();
        this.silence = silence;
        setUnixDomainPath(socket);
        setViaHost("aloft");
    }

    /// Says which program answers a request.
    ///
    /// @param name from the code root: `/wp-admin/index.php`
    static void setProgram(Request request, String name) {
        request.setAttribute(PROGRAM, name);
    }

    private static String program(Request request) {
        return (String) request.getAttribute(PROGRAM);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (request.getLength() < 0 && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            // A program is told the length of its input before it starts.
            return PlainText.send(
                    response, callback, HttpStatus.LENGTH_REQUIRED_411, "a body needs a Content-Length here");
        }
        return super.handle(new ForwardedRequest(request, FastCgi::passes), response, callback);
    }

    /// A header becomes a variable, in which `-` is written `_`: a name with `_` could pass for another header. `Proxy`
    /// would become the variable that programs take their proxy from.
    private static boolean passes(HttpField field) {
        return !field.getName().contains("_") && !field.getName().equalsIgnoreCase("Proxy");
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        SiteClient.configure(client, getServer().getThreadPool(), silence);
        client.getHttpClientTransport().setConnectionPoolFactory(destination -> {
            DuplexConnectionPool pool = new DuplexConnectionPool(destination, SiteClient.MAX_CONNECTIONS);
            pool.setMaxUsage(1);
            return pool;
        });
    }

    /// None: PHP sees the client's own headers, and its address in `REMOTE_ADDR`.
    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request toPhp) {}

    @Override
    protected void sendProxyToServerRequest(
            Request request, org.eclipse.jetty.client.Request toPhp, Response response, Callback callback) {
        toPhp.attribute(CLIENT_REQUEST, request);
        toPhp.idleTimeout(silence.toMillis(), TimeUnit.MILLISECONDS);
        HangUpWatch watch = HangUpWatch.start(toPhp, getServer().getScheduler());
        super.sendProxyToServerRequest(request, toPhp, response, Callback.from(callback, watch::stop));
    }

    @Override
    protected void customizeFastCGIHeaders(org.eclipse.jetty.client.Request toPhp, HttpFields.Mutable variables) {
        super.customizeFastCGIHeaders(toPhp, variables);
        Request request = Objects.requireNonNull((Request) toPhp.getAttributes().get(CLIENT_REQUEST));
        String program = program(request);
        HttpURI uri = request.getHttpURI();
        restoreUtf8(variables);
        variables.put(FCGI.Headers.SCRIPT_NAME, program);
        variables.put(FCGI.Headers.DOCUMENT_URI, program);
        variables.put(FCGI.Headers.SCRIPT_FILENAME, getScriptRoot() + program);
        variables.put(FCGI.Headers.REQUEST_URI, uri.getPathQuery());
        variables.put(
                FCGI.Headers.QUERY_STRING, Optional.ofNullable(uri.getQuery()).orElse(""));
        variables.put(FCGI.Headers.SERVER_SOFTWARE, "aloft");
        variables.remove(FCGI.Headers.AUTH_TYPE); // Jetty puts the whole header here, which is none of CGI's.
        @Nullable String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization != null) {
            variables.put("HTTP_AUTHORIZATION", authorization);
        }
    }

    /// Jetty reads the bytes of a header as ISO 8859-1 and writes those of a variable as UTF-8. This gives PHP the
    /// bytes
    /// that came, if they were UTF-8.
    private static void restoreUtf8(HttpFields.Mutable variables) {
        for (ListIterator<HttpField> each = variables.listIterator(); each.hasNext(); ) {
            HttpField field = each.next();
            String value = field.getValue();
            if (value != null && value.chars().anyMatch(c -> c > 0x7f)) {
                String decoded = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
                if (decoded.indexOf('\ufffd') < 0) {
                    each.set(new HttpField(field.getName(), decoded));
                }
            }
        }
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request toPhp,
            org.eclipse.jetty.client.Response fromPhp,
            Response response,
            Callback callback,
            Throwable cause) {
        SiteFailure failure = SiteFailure.of(cause, toPhp);
        if (failure.worthLogging(request)) {
            LOG.warn("php-fpm at {}: {} {}: {}", socket, request.getMethod(), program(request), cause.toString());
        }
        failure.answer(cause, response, callback);
    }
}
