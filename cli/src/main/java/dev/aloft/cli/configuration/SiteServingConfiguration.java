package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.files.PathRules;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.uploads.Cors;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The keys of a `[[site]]` that say how the edge serves its uploads.
///
/// @param hosts host names of the site; empty for every host
/// @param pictureSizes sizes that need no signature; empty for all
/// @param cors origins whose scripts may read uploads
/// @param uploadPaths URL paths of uploads beside those of every site
/// @param rules which uploads the edge serves
record SiteServingConfiguration(
        List<String> hosts,
        Optional<Admission.ListedSizes> pictureSizes,
        Cors cors,
        List<UploadPath> uploadPaths,
        UploadsSite.ServingRules rules) {

    static final List<String> KEYS =
            List.of("hosts", "picture_sizes", "cors_origins", "upload_paths", "deny", "allow", "htaccess");

    /// Keys of earlier versions, in which the edge also served the site itself.
    static final List<String> REMOVED = List.of("upstream", "php_root", "php_socket");

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?\\.?|\\[[0-9A-Fa-f:.]+]");

    static SiteServingConfiguration read(Section section) {
        for (String key : REMOVED) {
            if (section.has(key)) {
                section.add(section.wrong(
                        "has the key " + key + ", which was removed: the edge serves uploads and pictures only",
                        "remove " + String.join(", ", REMOVED) + ", and serve the site with nginx, Apache or Caddy"
                                + " in front of the edge: aloft cdn nginx prints the configuration"));
            }
        }
        return new SiteServingConfiguration(
                section.value("hosts", key -> hosts(section, key), List.of()),
                section.value("picture_sizes", key -> pictureSizes(section, key), Optional.empty()),
                section.value("cors_origins", key -> cors(section, key), Cors.NONE),
                uploadPaths(section.value("upload_paths", section::sections, List.of())),
                new UploadsSite.ServingRules(
                        section.value("deny", section::paths, PathRules.NONE),
                        section.value("allow", section::paths, PathRules.NONE),
                        section.value("htaccess", section::optionalBoolean, Optional.<Boolean>empty())
                                .orElse(true)));
    }

    /// Host names as they are compared: in lower case, without the dot that ends a fully qualified one.
    private static List<String> hosts(Section section, String key) throws Failure {
        List<String> hosts = new ArrayList<>();
        for (String host : section.strings(key)) {
            if (!HOST.matcher(host).matches()) {
                throw section.unfit(key, host, "names without scheme, port and path, such as example.org");
            }
            hosts.add(host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""));
        }
        return hosts;
    }

    private static Optional<Admission.ListedSizes> pictureSizes(Section section, String key) throws Failure {
        if (!section.has(key)) {
            return Optional.empty();
        }
        List<String> sizes = section.strings(key);
        if (sizes.isEmpty() && !section.has("url_secret")) {
            throw section.wrong(
                    "has picture_sizes = [] and no url_secret", "add a url_secret, which signs the URLs of pictures");
        }
        try {
            return Optional.of(new Admission.ListedSizes(sizes));
        } catch (IllegalArgumentException e) {
            throw section.unfit(key, sizes, "sizes such as \"300x200\", \"1024x\" and \"x600\"");
        }
    }

    private static Cors cors(Section section, String key) throws Failure {
        List<String> origins = section.strings(key);
        try {
            return new Cors(Set.copyOf(origins));
        } catch (IllegalArgumentException e) {
            throw section.unfit(key, origins, "origins such as https://example.org, or *");
        }
    }

    private static List<UploadPath> uploadPaths(List<Section> sections) {
        List<UploadPath> paths = new ArrayList<>();
        for (Section section : sections) {
            section.requireOnly(List.of("path", "folder"));
            section.value("path", key -> uploadPath(section, key), Optional.<UploadPath>empty())
                    .ifPresent(paths::add);
        }
        return paths;
    }

    private static Optional<UploadPath> uploadPath(Section section, String key) throws Failure {
        String path = section.string(key);
        String folder = section.optionalString("folder").orElse(UploadsFolder.UPLOADS.value());
        try {
            return Optional.of(new UploadPath(path, FilePath.of(folder)));
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "is invalid: " + e.getMessage(),
                    "expected a path such as /files/ and a folder such as blogs.dir/2/files");
        }
    }
}
