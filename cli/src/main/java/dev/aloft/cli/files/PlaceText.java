package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file or directory as the command line names it: `photos/cat.jpg`, `s3://media/shop/cat.jpg`, or
/// `shop:2026/11/cat.jpg` for an upload of a configured site.
sealed interface PlaceText {

    /// A path below its beginning, without slashes at either end; can contain globs.
    String path();

    /// A path of the local disk.
    ///
    /// @param top the root directory, or empty for the working directory
    record Local(String top, String path) implements PlaceText {}

    /// A key of a bucket, or a beginning of keys.
    record InBucket(String bucket, String path) implements PlaceText {}

    /// An upload of a site.
    record OfSite(String site, String path) implements PlaceText {}

    Pattern OF_SITE = Pattern.compile("([a-z0-9][a-z0-9-]{0,62}):(.*)", Pattern.DOTALL);

    /// @throws Failure for an empty text and an invalid bucket
    static PlaceText parse(String text) throws Failure {
        if (text.isEmpty()) {
            throw new Failure(Failure.Code.USAGE, "an empty name", "name a local path, s3://BUCKET/KEY or SITE:PATH");
        }
        if (text.startsWith("s3://")) {
            String[] parts = text.substring("s3://".length()).split("/", 2);
            return new InBucket(parts[0], trimmed(parts.length > 1 ? parts[1] : ""));
        }
        Matcher ofSite = OF_SITE.matcher(text);
        if (ofSite.matches()) {
            return new OfSite(ofSite.group(1), trimmed(ofSite.group(2).replaceFirst("^/", "")));
        }
        String path = text.replaceAll("/+", "/");
        return path.startsWith("/") ? new Local("/", trimmed(path.substring(1))) : new Local("", trimmed(path));
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// True if a text can only name a directory.
    static boolean isDirectory(String text) {
        return text.endsWith("/") || text.endsWith(":") || text.matches("s3://[^/]*") || text.matches("(.*/)?\\.\\.?");
    }
}
