package dev.aloft.server.uploads;

import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// The origins whose scripts may read a site's uploads and pictures (the `Access-Control-…` headers of Fetch).
/// Credentials are never allowed, because no answer depends on them.
///
/// @param origins as browsers write them, `https://example.org`, or `*` for every one
public record Cors(Set<String> origins) {

    /// The default: no other origin.
    public static final Cors NONE = new Cors(Set.of());

    private static final String ANY = "*";

    /// @throws IllegalArgumentException for a text that is neither `*` nor an origin of `http` or `https`
    public Cors {
        origins = Set.copyOf(origins);
        for (String origin : origins) {
            if (!origin.equals(ANY) && !origin.matches("https?://[a-z0-9.-]+(:\\d{1,5})?")) {
                throw new IllegalArgumentException(
                        "not an origin: " + origin + " (expected as in https://example.org, or *)");
            }
        }
    }

    /// Adds the headers that let a browser pass an answer to a script, or send its request.
    void allow(Request request, Response response) {
        if (origins.isEmpty()) {
            return;
        }
        HttpFields.Mutable headers = response.getHeaders();
        boolean any = origins.contains(ANY);
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (!any) {
            headers.add(HttpHeader.VARY, "Origin");
        }
        if (any || (origin != null && origins.contains(origin))) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, any ? ANY : origin);
            if (request.getMethod().equals("OPTIONS")) {
                headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
                headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, "Range, If-Range, If-None-Match");
                headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, "600");
            } else {
                headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, "Content-Length, Content-Range, ETag");
            }
        }
    }
}
