package dev.aloft.cli.configuration;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cdn.SiteUrls;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One `[[site]]` of `aloft.toml`.
///
/// @param prefix the directory of the bucket with the site's `uploads`; by default the root
/// @param urlSecret key of the signatures of private URLs
/// @param agent how PHP reaches its files
/// @param serving how the edge serves its uploads
/// @param fallback place of uploads that are not in its bucket yet
/// @param backup where its backups lie; empty for none
public record SiteConfiguration(
        String name,
        String bucket,
        FilePath prefix,
        Optional<UrlSecret> urlSecret,
        SiteAgentConfiguration agent,
        SiteServingConfiguration serving,
        Optional<FallbackConfiguration> fallback,
        Optional<SiteBackupConfiguration> backup) {

    private static final List<String> KEYS = Stream.of(
                    List.of("name", "bucket", "prefix", "url_secret", "fallback", "backup"),
                    SiteAgentConfiguration.KEYS,
                    SiteServingConfiguration.KEYS)
            .flatMap(List::stream)
            .toList();

    static SiteConfiguration read(Section section) {
        Optional<Section> backup = section.value("backup", section::table, Optional.empty());
        Optional<Section> fallback = section.isString("fallback")
                ? Optional.empty()
                : section.value("fallback", section::table, Optional.empty());
        section.requireOnly(KEYS, SiteServingConfiguration.REMOVED);
        String name = section.value("name", key -> name(section, key), "invalid");
        String bucket = section.value("bucket", key -> bucket(section, key), "invalid");
        FilePath prefix = section.value("prefix", key -> prefix(section, key), FilePath.ROOT);
        return new SiteConfiguration(
                name,
                bucket,
                prefix,
                section.value("url_secret", key -> EdgeConfiguration.secret(section, key), Optional.empty()),
                SiteAgentConfiguration.read(section),
                SiteServingConfiguration.read(section),
                section.isValid("fallback")
                        ? FallbackConfiguration.read(section, fallback, bucket, prefix)
                        : Optional.empty(),
                backup.map(table -> SiteBackupConfiguration.read(table, name)));
    }

    /// Key of the signatures that agent and edge put on its URLs.
    public Optional<UrlKey> urlKey() {
        return urlSecret.map(secret -> UrlKey.of(secret, bucket, prefix));
    }

    /// Host names that the edge serves the site by; empty for every host.
    public List<String> hosts() {
        return serving.hosts();
    }

    /// The sizes of pictures that its visitors may request.
    public Admission admission() {
        return new Admission(serving.pictureSizes(), urlKey());
    }

    /// Makes the folder of the agent's socket if it is missing.
    ///
    /// @return the folder
    /// @throws Failure when the process cannot create a socket there, or give it to the group
    public Path requireSocketFolder() throws Failure, IOException {
        SocketFolder folder = SocketFolder.of(this);
        folder.requireUsable();
        if (agent.socketGroup().isPresent()) {
            folder.requireGroup(agent.socketGroup().get());
        }
        return folder.path();
    }

    /// Its migrations and backups under way on this host, beside its socket.
    public OperationFiles operations() {
        return new OperationFiles(agent.socket().resolveSibling(name + ".operations"));
    }

    /// The URLs of its uploads and pictures.
    public SiteUrls urls() {
        List<UploadPath> paths = Stream.concat(serving.uploadPaths().stream(), UploadPath.OF_EVERY_SITE.stream())
                .toList();
        return new SiteUrls(name, prefix, Set.copyOf(serving.hosts()), paths);
    }

    /// The site as the edge serves it, with counts of its own.
    public EdgeSite edgeSite(Bucket of) {
        return edgeSite(of, new SiteFigures(Provider.OTHER, true));
    }

    /// The site as the edge serves it.
    public EdgeSite edgeSite(Bucket of, SiteFigures figures) {
        UploadsSite uploads = new UploadsSite(
                name,
                of,
                UploadsFolder.of(prefix),
                serving.rules(),
                serving.cors(),
                urlSecret,
                figures,
                Optional.empty());
        return EdgeSite.of(uploads).withHosts(Set.copyOf(serving.hosts())).withUploadPaths(serving.uploadPaths());
    }

    private static String name(Section section, String key) throws Failure {
        String name = section.string(key);
        if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw section.unfit(key, name, "lower-case letters, digits and hyphens");
        }
        return name;
    }

    private static String bucket(Section section, String key) throws Failure {
        String bucket = section.string(key);
        if (!Bucket.isName(bucket)) {
            throw section.unfit(key, bucket, "a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        return bucket;
    }

    private static FilePath prefix(Section section, String key) throws Failure {
        String prefix = section.optionalString(key).orElse("");
        try {
            return FilePath.of(prefix);
        } catch (IllegalArgumentException e) {
            throw section.unfit(key, prefix, "a directory of the bucket, such as sites/one");
        }
    }
}
