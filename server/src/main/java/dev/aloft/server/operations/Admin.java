package dev.aloft.server.operations;

import dev.aloft.server.UrlSecret;
import dev.aloft.server.uploads.PlainText;
import dev.aloft.server.uploads.SiteCache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/// The admin address of an edge behind [HealthPages]: the most requested paths, and purges. Both require the token;
/// without one configured, both are off.
final class Admin extends Handler.Abstract.NonBlocking {

    private static final String JSON_TYPE = "application/json";

    private final Metrics metrics;
    private final Map<String, SiteCache> sites = new TreeMap<>();
    private final Optional<UrlSecret> token;

    /// The handler of one edge.
    ///
    /// @param sites with distinct names
    /// @param token required for purges and paths; empty turns both off
    Admin(List<SiteCache> sites, Metrics metrics, Optional<UrlSecret> token) {
        sites.forEach(cache -> this.sites.put(cache.site().name(), cache));
        this.metrics = metrics;
        this.token = token;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getCanonicalPath();
        return switch (request.getMethod() + " " + path) {
            case "GET /snapshot" -> snapshot(request, response, callback);
            case "GET /top" -> top(request, response, callback);
            case "POST /purge" -> purge(request, response, callback);
            default -> PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        };
    }

    /// All metrics and the most requested paths, of one moment, for programs.
    private boolean snapshot(Request request, Response response, Callback callback) {
        return isAllowed(request)
                ? HealthPages.text(response, callback, JSON_TYPE, metrics.json())
                : refuse(response, callback);
    }

    /// The most requested paths, one line each, with requests and bytes. Paths can be private, so this requires the
    /// token.
    private boolean top(Request request, Response response, Callback callback) {
        if (!isAllowed(request)) {
            return refuse(response, callback);
        }
        StringBuilder lines = new StringBuilder();
        for (TopPaths.Asked asked : metrics.topPaths()) {
            lines.append(asked.requests()).append(' ').append(asked.bytes());
            lines.append(' ').append(asked.path()).append('\n');
        }
        return HealthPages.text(response, callback, PlainText.TYPE, lines.toString());
    }

    private static boolean refuse(Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        return PlainText.send(response, callback, HttpStatus.UNAUTHORIZED_401, "this requires the admin_token");
    }

    private boolean purge(Request request, Response response, Callback callback) {
        if (!isAllowed(request)) {
            return refuse(response, callback);
        }
        Fields query = Request.extractQueryParameters(request);
        SiteCache site = sites.get(Objects.requireNonNullElse(query.getValue("site"), ""));
        if (site == null) {
            return PlainText.send(response, callback, HttpStatus.NOT_FOUND_404, "there is no site of that name");
        }
        String path = query.getValue("path");
        String prefix = query.getValue("prefix");
        if (path != null && prefix != null) {
            return PlainText.send(response, callback, HttpStatus.BAD_REQUEST_400, "either path or prefix");
        }
        if (path != null) {
            site.purge(path);
        } else if (prefix != null) {
            site.purgePrefix(prefix);
        } else {
            site.purgeAll();
        }
        return HealthPages.text(response, callback, PlainText.TYPE, "purged\n");
    }

    private boolean isAllowed(Request request) {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (token.isEmpty() || authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        byte[] given = authorization.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, token.get().bytes());
    }
}
