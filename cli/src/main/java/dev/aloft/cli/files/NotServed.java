package dev.aloft.cli.files;

import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.ServingPolicy;
import java.util.Optional;

/// Knows which uploads of a site the edge will not serve, as far as their names say.
final class NotServed {

    private final SiteConfiguration site;
    private final UploadsFolder uploads;

    NotServed(SiteConfiguration site) {
        this.site = site;
        this.uploads = UploadsFolder.of(site.prefix());
    }

    /// The reason for a file; empty for one that is served, and for one that is no upload of the site.
    Optional<String> reason(BucketRoot root, String name) {
        FilePath path = FilePath.of(root.key(name).value());
        return root.bucketName().equals(site.bucket()) && uploads.contains(path)
                ? policy(root).reasonByName(path.value())
                : Optional.empty();
    }

    private ServingPolicy policy(BucketRoot root) {
        return ServingPolicy.of(site.edgeSite(root.bucket()).uploads());
    }
}
