package dev.aloft.server.uploads;

import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import java.util.List;

/// A URL path of a site and the folder that it means.
///
/// @param path with a slash at both ends, such as `/uploads/`
/// @param folder below the site's prefix; [UploadsFolder#UPLOADS], or what a site of another shape has beside it
public record UploadPath(String path, FilePath folder) {

    /// The URL path of a site's pictures, which no upload path may begin with.
    public static final String PICTURES = PictureUrls.PATH;

    /// Short, and as WordPress has them without Aloft. Every site has these.
    public static final List<UploadPath> OF_EVERY_SITE = List.of(
            new UploadPath("/uploads/", UploadsFolder.UPLOADS),
            new UploadPath("/wp-content/uploads/", UploadsFolder.UPLOADS));

    /// @throws IllegalArgumentException for a path without slashes at both ends or with unusual characters, one below
    ///     `/tachyon/`, or the whole prefix as the folder
    public UploadPath {
        if (!path.matches("(/[A-Za-z0-9._~-]+)+/") || !UrlPath.of(path).clear()) {
            throw new IllegalArgumentException("not a URL path for uploads: " + path + " (expected as in /uploads/)");
        }
        if (path.startsWith(PICTURES)) {
            throw new IllegalArgumentException(path + " is for pictures");
        }
        if (folder.isRoot()) {
            throw new IllegalArgumentException("the whole prefix is no folder of uploads");
        }
    }
}
