package dev.aloft.server.cdn;

import dev.aloft.server.SurrogateKeys;
import dev.aloft.store.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// One upload that CDNs have to forget with its renditions, or all of a site.
///
/// @param site its name
/// @param file below the site's prefix: `uploads/2026/11/cat.jpg`; empty for the whole site
public record CdnPurge(String site, Optional<String> file) {

    private static final char SEPARATOR = '\t';

    /// @throws IllegalArgumentException for what is no site's name, or no file's
    public CdnPurge {
        if (!site.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("not the name of a site: " + site);
        }
        file.ifPresent(ObjectKey::of);
    }

    /// All of a site.
    public static CdnPurge all(String site) {
        return new CdnPurge(site, Optional.empty());
    }

    /// One upload.
    public static CdnPurge of(String site, String file) {
        return new CdnPurge(site, Optional.of(file));
    }

    /// The sites of these purges, each as a whole.
    static List<CdnPurge> sites(Collection<CdnPurge> purges) {
        return purges.stream().map(purge -> all(purge.site())).distinct().toList();
    }

    /// The key of all answers that it concerns.
    String surrogateKey() {
        return file.map(name -> SurrogateKeys.ofFile(site, name)).orElse(site);
    }

    /// One line without its end: no name contains a control character.
    String line() {
        return site + file.map(name -> SEPARATOR + name).orElse("");
    }

    /// @throws IllegalArgumentException for a text that [#line] did not make
    static CdnPurge parse(String line) {
        int end = line.indexOf(SEPARATOR);
        return end < 0 ? all(line) : of(line.substring(0, end), line.substring(end + 1));
    }
}
