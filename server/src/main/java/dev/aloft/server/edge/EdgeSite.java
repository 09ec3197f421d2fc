package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One site as the edge serves it.
///
/// @param hosts the names it answers to, without ports; none for every host
/// @param top the prefix in the bucket that holds the site's `uploads/`
/// @param uploadPaths the URL paths that mean `uploads/`, each with a slash at both ends
/// @param upstream what answers everything else
/// @param pictures what answers `/tachyon/`, or nothing
public record EdgeSite(
        Set<String> hosts,
        Bucket bucket,
        FilePath top,
        List<String> uploadPaths,
        Upstream upstream,
        Optional<Pictures> pictures) {

    /// Short, and as WordPress has them without Aloft.
    public static final List<String> UPLOAD_PATHS = List.of("/uploads/", "/wp-content/uploads/");

    /// As tachyon-plugin has it where pictures are on the site's own host.
    static final String PICTURES_PATH = "/tachyon/";

    public EdgeSite {
        hosts = hosts.stream().map(EdgeSite::hostName).collect(Collectors.toUnmodifiableSet());
        uploadPaths = List.copyOf(uploadPaths);
        if (uploadPaths.isEmpty()) {
            throw new IllegalArgumentException("no URL path means uploads; " + UPLOAD_PATHS + " suit WordPress");
        }
        for (String path : uploadPaths) {
            if (!path.matches("(/[A-Za-z0-9._~-]+)+/") || !UrlPath.of(path).clear()) {
                throw new IllegalArgumentException(
                        "not a URL path for uploads: " + path + " (expected as in /uploads/)");
            }
        }
    }

    /// A site that takes every host, with the upload paths of WordPress.
    public static EdgeSite of(Bucket bucket, FilePath top, Upstream upstream) {
        return new EdgeSite(Set.of(), bucket, top, UPLOAD_PATHS, upstream, Optional.empty());
    }

    public EdgeSite withHosts(Set<String> names) {
        return new EdgeSite(names, bucket, top, uploadPaths, upstream, pictures);
    }

    public EdgeSite withPictures(Pictures made) {
        return new EdgeSite(hosts, bucket, top, uploadPaths, upstream, Optional.of(made));
    }

    /// A host's name as it is compared: in lower case, without the dot that ends a full domain name.
    static String hostName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        if (plain.isEmpty() || plain.contains("/") || plain.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("not a host's name: \"" + name + "\"");
        }
        return plain;
    }
}
