package dev.aloft.cli;

import dev.aloft.files.FilePath;
import dev.aloft.files.HeaderRule;
import dev.aloft.files.HeaderRules;
import dev.aloft.files.PathRules;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.agent.LocalRules;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.tachyon.ListedSizes;
import dev.aloft.server.uploads.Cors;
import dev.aloft.server.uploads.ServingRules;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One `[[site]]` of `aloft.toml`.
///
/// @param hosts the host names that the edge serves it by; none for every host
/// @param prefix the directory of the bucket that holds the site's `uploads`; the root unless said
/// @param headers what its files are stored with, by their names
/// @param local what PHP keeps on the host instead
/// @param urlSecret what private URLs are signed with
/// @param pictureSizes which pictures need no signature; nothing for all
/// @param cors whose scripts may read its uploads
/// @param uploadPaths URL paths of uploads beside those of every site
/// @param serving which uploads the edge serves or not
record SiteConfiguration(
        String name,
        List<String> hosts,
        String bucket,
        FilePath prefix,
        Path socket,
        Optional<String> socketGroup,
        long maxFileBytes,
        HeaderRules headers,
        LocalRules local,
        Optional<UrlSecret> urlSecret,
        Optional<ListedSizes> pictureSizes,
        Cors cors,
        List<UploadPath> uploadPaths,
        ServingRules serving) {

    /// S3's own limit for an object.
    static final long MAX_FILE_BYTES = 5L << 40;

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?\\.?|\\[[0-9A-Fa-f:.]+]");

    private static final List<String> KEYS = List.of(
            "name",
            "hosts",
            "bucket",
            "prefix",
            "socket",
            "socket_group",
            "max_file_bytes",
            "headers",
            "local",
            "local_folder",
            "url_secret",
            "picture_sizes",
            "cors_origins",
            "upload_paths",
            "deny",
            "allow",
            "htaccess");

    /// Keys that named what serves the site itself, when the edge stood before it.
    private static final List<String> REMOVED = List.of("upstream", "php_root", "php_socket");

    static SiteConfiguration read(Section section) throws Failure {
        refuseRemoved(section);
        section.requireOnly(KEYS);
        String name = section.string("name");
        List<String> hosts = hosts(section);
        String bucket = section.string("bucket");
        String prefix = section.optionalString("prefix").orElse("");
        Path socket = absolute(section, "socket", section.string("socket"));
        Optional<String> group = section.optionalString("socket_group");
        long maxFileBytes = section.optionalBytes("max_file_bytes").orElse(MAX_FILE_BYTES);
        HeaderRules headers = headers(section.sections("headers"));
        LocalRules local = local(section);
        Optional<UrlSecret> urlSecret = EdgeConfiguration.secret(section, "url_secret");
        Optional<ListedSizes> pictureSizes = pictureSizes(section);
        Cors cors = cors(section);
        List<UploadPath> uploadPaths = uploadPaths(section.sections("upload_paths"));
        ServingRules serving = new ServingRules(
                paths(section, "deny"),
                paths(section, "allow"),
                section.optionalBoolean("htaccess").orElse(true));
        if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw section.unfit("name", name, "lower-case letters, digits and hyphens");
        }
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw section.unfit("bucket", bucket, "a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > AgentSite.MAX_SOCKET_PATH_BYTES) {
            throw section.unfit(
                    "socket",
                    socket,
                    "a path of at most " + AgentSite.MAX_SOCKET_PATH_BYTES + " bytes, as sockets have");
        }
        try {
            return new SiteConfiguration(
                    name,
                    hosts,
                    bucket,
                    FilePath.of(prefix),
                    socket,
                    group,
                    maxFileBytes,
                    headers,
                    local,
                    urlSecret,
                    pictureSizes,
                    cors,
                    uploadPaths,
                    serving);
        } catch (IllegalArgumentException e) {
            throw section.unfit("prefix", prefix, "a directory of the bucket, such as sites/one");
        }
    }

    /// What agent and edge sign its URLs with.
    Optional<UrlKey> urlKey() {
        return urlSecret.map(secret -> UrlKey.of(secret, bucket, prefix));
    }

    /// The site as the edge serves it.
    EdgeSite edgeSite(Bucket of) {
        UploadsSite uploads = new UploadsSite(name, of, UploadsFolder.of(prefix), serving, cors, urlSecret);
        return EdgeSite.of(uploads).withHosts(Set.copyOf(hosts)).withUploadPaths(uploadPaths);
    }

    /// As they are compared: in lower case, without the dot that ends a full domain name.
    private static List<String> hosts(Section section) throws Failure {
        List<String> hosts = new ArrayList<>();
        for (String host : section.strings("hosts")) {
            if (!HOST.matcher(host).matches()) {
                throw section.unfit("hosts", host, "names without scheme, port and path, such as example.org");
            }
            hosts.add(host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""));
        }
        return hosts;
    }

    private static LocalRules local(Section section) throws Failure {
        List<String> rules = section.strings("local");
        Optional<String> folder = section.optionalString("local_folder");
        if (rules.isEmpty() != folder.isEmpty()) {
            throw section.wrong("has only one of local and local_folder", "what stays on the host needs both");
        }
        if (folder.isEmpty()) {
            return LocalRules.NONE;
        }
        return new LocalRules(paths(section, "local"), absolute(section, "local_folder", folder.get()));
    }

    private static PathRules paths(Section section, String key) throws Failure {
        List<String> rules = section.strings(key);
        try {
            return new PathRules(rules);
        } catch (IllegalArgumentException e) {
            throw section.unfit(key, rules + " (" + e.getMessage() + ")", "paths such as \"uploads/cache\"");
        }
    }

    private static HeaderRules headers(List<Section> sections) throws Failure {
        List<HeaderRule> rules = new ArrayList<>();
        for (Section section : sections) {
            section.requireOnly(List.of("files", "content_type", "cache_control"));
            String files = section.string("files");
            @Nullable String type = section.optionalString("content_type").orElse(null);
            @Nullable
            String cacheControl = section.optionalString("cache_control").orElse(null);
            try {
                rules.add(new HeaderRule(files, type, cacheControl));
            } catch (IllegalArgumentException e) {
                throw section.wrong("cannot be meant: " + e.getMessage(), "mend it, or take the rule out");
            }
        }
        return new HeaderRules(rules);
    }

    private static Optional<ListedSizes> pictureSizes(Section section) throws Failure {
        if (!section.has("picture_sizes")) {
            return Optional.empty();
        }
        List<String> sizes = section.strings("picture_sizes");
        if (sizes.isEmpty() && !section.has("url_secret")) {
            throw section.wrong("has picture_sizes = [] and no url_secret", "say what pictures are signed with");
        }
        try {
            return Optional.of(new ListedSizes(sizes));
        } catch (IllegalArgumentException e) {
            throw section.unfit("picture_sizes", sizes, "sizes such as \"300x200\", \"1024x\" and \"x600\"");
        }
    }

    private static Cors cors(Section section) throws Failure {
        List<String> origins = section.strings("cors_origins");
        try {
            return new Cors(Set.copyOf(origins));
        } catch (IllegalArgumentException e) {
            throw section.unfit("cors_origins", origins, "origins such as https://example.org, or *");
        }
    }

    private static List<UploadPath> uploadPaths(List<Section> sections) throws Failure {
        List<UploadPath> paths = new ArrayList<>();
        for (Section section : sections) {
            section.requireOnly(List.of("path", "folder"));
            String path = section.string("path");
            String folder = section.optionalString("folder").orElse(UploadsFolder.UPLOADS.value());
            try {
                paths.add(new UploadPath(path, FilePath.of(folder)));
            } catch (IllegalArgumentException e) {
                throw section.wrong(
                        "does not fit: " + e.getMessage(),
                        "expected a path such as /files/ and a folder such as blogs.dir/2/files");
            }
        }
        return paths;
    }

    private static void refuseRemoved(Section section) throws Failure {
        for (String key : REMOVED) {
            if (section.has(key)) {
                throw section.wrong(
                        "has the key " + key + ", which is gone: the edge answers uploads and pictures only",
                        "take " + String.join(", ", REMOVED) + " out, and serve the site with nginx, Apache or Caddy"
                                + " in front of the edge: aloft cdn nginx prints the configuration");
            }
        }
    }

    private static Path absolute(Section section, String key, String value) throws Failure {
        Path path = Path.of(value);
        if (!path.isAbsolute()) {
            throw section.unfit(key, value, "an absolute path");
        }
        return path;
    }
}
