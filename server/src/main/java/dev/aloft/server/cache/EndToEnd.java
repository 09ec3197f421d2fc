package dev.aloft.server.cache;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// End-to-end headers (RFC 9110, 7.6.1), which a proxy forwards and a cache stores.
final class EndToEnd {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private EndToEnd() {}

    /// A copy without the fields listed in `Connection` and without hop-by-hop fields.
    static HttpFields.Mutable of(HttpFields headers) {
        HttpFields.Mutable kept = HttpFields.build(headers.size() + 4);
        List<String> listed = headers.getCSV(HttpHeader.CONNECTION, false).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        for (HttpField field : headers) {
            String name = field.getLowerCaseName();
            if (!HOP_BY_HOP.contains(name) && !listed.contains(name)) {
                kept.add(field);
            }
        }
        return kept;
    }
}
