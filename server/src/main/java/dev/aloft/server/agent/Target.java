package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        byte[] given = raw.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < given.length; i++) {
            if (given[i] != '%') {
                bytes.write(given[i]);
                continue;
            }
            boolean whole = i + 2 < given.length;
            int high = whole ? Character.digit(given[i + 1], 16) : -1;
            int low = whole ? Character.digit(given[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException("not percent-encoded: " + raw);
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8: " + raw, e);
        }
    }
}
