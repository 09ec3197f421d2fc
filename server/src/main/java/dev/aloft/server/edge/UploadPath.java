package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import java.util.List;

/// A URL path of a site and the folder that it means.
///
/// @param path with a slash at both ends, such as `/uploads/`
/// @param folder below the site's prefix; [#UPLOADS], or what a site of another shape has beside it
public record UploadPath(String path, FilePath folder) {

    /// The folder that WordPress has its uploads in, where private files can be read by signed URLs.
    public static final FilePath UPLOADS = FilePath.of("uploads");

    /// Short, and as WordPress has them without Aloft. Every site has these.
    static final List<UploadPath> OF_EVERY_SITE =
            List.of(new UploadPath("/uploads/", UPLOADS), new UploadPath("/wp-content/uploads/", UPLOADS));

    public UploadPath {
        if (!path.matches("(/[A-Za-z0-9._~-]+)+/") || !UrlPath.of(path).clear()) {
            throw new IllegalArgumentException("not a URL path for uploads: " + path + " (expected as in /uploads/)");
        }
        if (path.startsWith(EdgeSite.PICTURES_PATH)) {
            throw new IllegalArgumentException(path + " is for pictures");
        }
        if (folder.equals(FilePath.ROOT)) {
            throw new IllegalArgumentException("the whole prefix is no folder of uploads");
        }
    }
}
