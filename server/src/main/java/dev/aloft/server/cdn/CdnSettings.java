package dev.aloft.server.cdn;

import java.nio.file.Path;
import java.util.List;

/// One CDN.
///
/// @param name for messages, and of its queue
/// @param folder of its queue, on a local disk; several CDNs may share one
/// @param sites those that it serves
public record CdnSettings(String name, Path folder, List<SiteUrls> sites, CdnApi api) {

    /// @throws IllegalArgumentException for a name that is not lower-case letters, digits and hyphens
    public CdnSettings {
        sites = List.copyOf(sites);
        if (!isName(name)) {
            throw new IllegalArgumentException("not the name of a CDN: " + name);
        }
    }

    /// The same with its queue in another folder.
    public CdnSettings withFolder(Path other) {
        return new CdnSettings(name, other, sites, api);
    }

    /// True for a valid name of a CDN.
    public static boolean isName(String name) {
        return name.matches("[a-z0-9][a-z0-9-]{0,62}");
    }
}
