package dev.aloft.server.cdn;

import java.net.URI;
import java.util.Map;

/// One request to a CDN.
///
/// @param headers by name; they may have credentials, which no message repeats
/// @param body empty for none
record ApiRequest(String method, URI uri, Map<String, String> headers, String body) {

    ApiRequest {
        headers = Map.copyOf(headers);
    }

    /// Without the headers.
    @Override
    public String toString() {
        return method + " " + uri;
    }
}
