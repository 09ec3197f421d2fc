package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.Bucket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One site as the edge serves it.
///
/// @param name tells its answers in the cache from those of other sites
/// @param hosts the names it answers to, without ports; none for every host
/// @param top the prefix in the bucket that holds the site's `uploads/`
/// @param uploadPaths the URL paths that mean its uploads
/// @param secret of its private URLs; without one nobody gets private uploads
/// @param pictures what answers `/tachyon/`; without it that path is 404
/// @param cors whose scripts may read its uploads and pictures
/// @param serving which uploads the operator wants served or not
public record EdgeSite(
        String name,
        Set<String> hosts,
        Bucket bucket,
        FilePath top,
        List<UploadPath> uploadPaths,
        Optional<UrlSecret> secret,
        Optional<Pictures> pictures,
        Cors cors,
        ServingRules serving) {

    /// As tachyon-plugin has it where pictures are on the site's own host.
    static final String PICTURES_PATH = "/tachyon/";

    public EdgeSite {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("not the name of a site: " + name);
        }
        hosts = hosts.stream().map(EdgeSite::hostName).collect(Collectors.toUnmodifiableSet());
        uploadPaths = List.copyOf(uploadPaths);
    }

    /// The only site of an edge, which takes every host, with the upload paths of WordPress.
    public static EdgeSite of(Bucket bucket, FilePath top) {
        return new EdgeSite(
                "site",
                Set.of(),
                bucket,
                top,
                UploadPath.OF_EVERY_SITE,
                Optional.empty(),
                Optional.empty(),
                Cors.NONE,
                ServingRules.DEFAULT);
    }

    public EdgeSite withHosts(Set<String> names) {
        return new EdgeSite(name, names, bucket, top, uploadPaths, secret, pictures, cors, serving);
    }

    public EdgeSite withName(String other) {
        return new EdgeSite(other, hosts, bucket, top, uploadPaths, secret, pictures, cors, serving);
    }

    public EdgeSite withSecret(UrlSecret other) {
        return new EdgeSite(name, hosts, bucket, top, uploadPaths, Optional.of(other), pictures, cors, serving);
    }

    public EdgeSite withPictures(Pictures made) {
        return new EdgeSite(name, hosts, bucket, top, uploadPaths, secret, Optional.of(made), cors, serving);
    }

    public EdgeSite withCors(Cors other) {
        return new EdgeSite(name, hosts, bucket, top, uploadPaths, secret, pictures, other, serving);
    }

    /// With further paths; one that a site has already means what it now says.
    public EdgeSite withUploadPaths(List<UploadPath> more) {
        Map<String, UploadPath> all = new LinkedHashMap<>();
        uploadPaths.forEach(each -> all.put(each.path(), each));
        more.forEach(each -> all.put(each.path(), each));
        return new EdgeSite(name, hosts, bucket, top, List.copyOf(all.values()), secret, pictures, cors, serving);
    }

    public EdgeSite withServing(ServingRules other) {
        return new EdgeSite(name, hosts, bucket, top, uploadPaths, secret, pictures, cors, other);
    }

    /// What its private URLs are signed with.
    Optional<UrlKey> urlKey() {
        return secret.map(known -> UrlKey.of(known, bucket.name(), top));
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
