package dev.aloft.nio;

import java.net.URI;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `s3://bucket/key`, decoded once.
///
/// @param path absolute; `/` for the bucket
record S3Uri(String bucket, String path) {

    /// @throws IllegalArgumentException for anything else, and for a key that no path can name
    static S3Uri of(URI uri) {
        String bucket = uri.getAuthority();
        if (!"s3".equalsIgnoreCase(uri.getScheme()) || bucket == null) {
            throw wrong(uri, "expected s3://bucket/key");
        }
        if (bucket.indexOf('@') >= 0 || bucket.indexOf(':') >= 0) {
            throw wrong(uri, "it holds credentials or a port; the endpoint is a setting, and credentials have a chain");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(uri, "it has a query or a fragment; in a key, ? is %3F and # is %23");
        }
        String path = path(uri.getPath());
        String key = path.substring(1, path.endsWith("/") && path.length() > 1 ? path.length() - 1 : path.length());
        if (!key.isEmpty()
                && Arrays.stream(key.split("/", -1)).anyMatch(s -> s.isEmpty() || s.equals(".") || s.equals(".."))) {
            throw wrong(uri, "an empty, \".\" or \"..\" segment names no file");
        }
        return new S3Uri(bucket, path);
    }

    private static String path(@Nullable String path) {
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static IllegalArgumentException wrong(URI uri, String reason) {
        return new IllegalArgumentException(
                "not the URI of a file in S3: " + uri.getScheme() + "://…" + uri.getRawPath() + ": " + reason);
    }
}
