package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.server.PercentCoding;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// The path of a request: which bucket, which file or directory in it. Decoded once, here.
///
/// @param bucket null for `/`, the agent itself
/// @param directory whether the path ends in a slash
record Target(@Nullable String bucket, FilePath path, boolean directory) {

    /// Reads the raw path of a request, as in `/media/uploads/a%20b.jpg`.
    ///
    /// @throws IllegalArgumentException when it cannot be a file's
    static Target parse(@Nullable String rawPath) {
        if (rawPath == null || !rawPath.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash, not so: " + rawPath);
        }
        if (rawPath.contains("?") || rawPath.contains("#")) {
            throw new IllegalArgumentException("not percent-encoded: " + rawPath);
        }
        String path = decode(rawPath.substring(1));
        if (path.isEmpty()) {
            return new Target(null, FilePath.ROOT, true);
        }
        int slash = path.indexOf('/');
        if (slash < 0) {
            return new Target(path, FilePath.ROOT, true);
        }
        String key = path.substring(slash + 1);
        return new Target(path.substring(0, slash), FilePath.of(key), key.isEmpty() || key.endsWith("/"));
    }

    private static String decode(String raw) {
        try {
            return PercentCoding.decode(raw);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not percent-encoded UTF-8: " + raw, e);
        }
    }
}
