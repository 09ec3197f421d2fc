package dev.aloft.server.cdn;

import dev.aloft.files.FilePath;
import dev.aloft.server.PercentCoding;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.store.ObjectKey;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The URLs of a site's uploads and pictures.
///
/// @param name of the site
/// @param top the prefix in the bucket that holds all files of the site
/// @param hosts in lower case; none for a site that answers to every host
/// @param paths the URL paths that mean uploads
public record SiteUrls(String name, FilePath top, Set<String> hosts, List<UploadPath> paths) {

    /// Sorts the paths: the longest match means a URL.
    public SiteUrls {
        hosts = Set.copyOf(hosts);
        paths = paths.stream()
                .sorted(Comparator.comparingInt((UploadPath path) -> path.path().length())
                        .reversed())
                .toList();
    }

    /// The name of an upload below the site's prefix; empty for an object that no URL shows.
    Optional<String> file(ObjectKey key) {
        return paths.stream()
                .map(path -> new UploadsFolder(top, path.folder()))
                .filter(folder -> folder.name(key).isPresent())
                .findFirst()
                .map(_ -> top.relativize(FilePath.of(key.value())));
    }

    /// The upload that a URL of this site shows, or makes a picture of; empty for any other URL.
    public Optional<String> file(URI url) {
        if (url.getHost() == null
                || (!hosts.isEmpty() && !hosts.contains(url.getHost().toLowerCase(Locale.ROOT)))) {
            return Optional.empty();
        }
        String path;
        try {
            path = PercentCoding.decode(url.getRawPath());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        if (path.endsWith("/")) {
            return Optional.empty();
        }
        if (path.startsWith(UploadPath.PICTURES)) {
            return below(path, UploadPath.PICTURES, UploadsFolder.UPLOADS);
        }
        return paths.stream()
                .filter(each -> path.startsWith(each.path()))
                .findFirst()
                .flatMap(each -> below(path, each.path(), each.folder()));
    }

    private static Optional<String> below(String path, String place, FilePath folder) {
        try {
            return Optional.of(ObjectKey.of(folder.value() + "/" + path.substring(place.length()))
                    .value());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The beginnings of the URL paths of what a purge concerns, percent-encoded. Queries may follow them.
    List<String> prefixes(CdnPurge purge) {
        List<String> prefixes = new ArrayList<>();
        paths.forEach(path -> add(prefixes, path.path(), path.folder(), purge));
        add(prefixes, UploadPath.PICTURES, UploadsFolder.UPLOADS, purge);
        return prefixes;
    }

    private static void add(List<String> prefixes, String path, FilePath folder, CdnPurge purge) {
        if (purge.file().isEmpty()) {
            prefixes.add(path);
        } else if (purge.file().get().startsWith(folder.value() + "/")) {
            prefixes.add(path
                    + PercentCoding.encode(
                            purge.file().get().substring(folder.value().length() + 1)));
        }
    }
}
