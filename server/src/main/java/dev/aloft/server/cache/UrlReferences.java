package dev.aloft.server.cache;

import java.net.URI;
import java.util.Optional;

/// Resolves references in an answer to targets of the same origin.
final class UrlReferences {

    private UrlReferences() {}

    /// The target, or nothing for an invalid reference. The host is ignored: an unnecessary purge costs one request.
    static Optional<String> resolve(String base, String reference) {
        try {
            URI uri = URI.create("http://origin" + base).resolve(URI.create(reference));
            String path = uri.getRawPath();
            return path == null || path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
