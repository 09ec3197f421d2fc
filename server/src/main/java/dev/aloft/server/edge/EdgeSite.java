package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Tenant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One site as the edge serves it.
///
/// @param hosts the names it answers to, without ports; none for every host
/// @param uploadPaths the URL paths that mean its uploads
/// @param pictures answers `/tachyon/`; without it that path is 404
public record EdgeSite(
        UploadsSite uploads, Set<String> hosts, List<UploadPath> uploadPaths, Optional<Pictures> pictures) {

    /// Lower-cases the hosts, and removes the dot at the end of a full domain name.
    ///
    /// @throws IllegalArgumentException for an invalid host name
    public EdgeSite {
        hosts = hosts.stream().map(EdgeSite::hostName).collect(Collectors.toUnmodifiableSet());
        uploadPaths = List.copyOf(uploadPaths);
    }

    /// The only site of an edge, which takes every host, with the upload paths of WordPress.
    public static EdgeSite of(UploadsSite uploads) {
        return new EdgeSite(uploads, Set.of(), UploadPath.OF_EVERY_SITE, Optional.empty());
    }

    /// The same with the default rules and no secret.
    ///
    /// @param top the prefix in the bucket that holds the site's `uploads/`
    public static EdgeSite of(Bucket bucket, FilePath top) {
        return of(UploadsSite.of(bucket, top));
    }

    /// The same for requests with these `Host` names only.
    ///
    /// @param names without ports; none for every host
    public EdgeSite withHosts(Set<String> names) {
        return new EdgeSite(uploads, names, uploadPaths, pictures);
    }

    /// The same with `/tachyon/`, which is 404 by default.
    public EdgeSite withPictures(Pictures made) {
        return new EdgeSite(uploads, hosts, uploadPaths, Optional.of(made));
    }

    /// The same with surrogate keys in its answers, which are not sent by default.
    public EdgeSite withSurrogateKeys() {
        return new EdgeSite(uploads.withSurrogateKeys(), hosts, uploadPaths, pictures.map(Pictures::withSurrogateKeys));
    }

    /// The same site with a share of its own in the store's connections and memory, so that it cannot take those of
    /// other sites, nor those of its own agent.
    EdgeSite withOwnShare() {
        Tenant tenant = new Tenant(
                "the edge of " + uploads.name(), () -> {}, uploads.figures().s3());
        return new EdgeSite(
                uploads.withBucket(uploads.bucket().forTenant(tenant)),
                hosts,
                uploadPaths,
                pictures.map(made -> made.forTenant(tenant)));
    }

    /// With further paths; one that the site has already gets its new meaning.
    public EdgeSite withUploadPaths(List<UploadPath> more) {
        Map<String, UploadPath> all = new LinkedHashMap<>();
        uploadPaths.forEach(each -> all.put(each.path(), each));
        more.forEach(each -> all.put(each.path(), each));
        return new EdgeSite(uploads, hosts, List.copyOf(all.values()), pictures);
    }

    /// A host's name in comparable form: in lower case, without the dot that ends a full domain name.
    static String hostName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        if (plain.isEmpty() || plain.contains("/") || plain.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("not a host's name: \"" + name + "\"");
        }
        return plain;
    }
}
