package dev.aloft.server.htaccess;

/// A requested file.
///
/// @param key in the bucket: `uploads/2026/cat.jpg`
/// @param url its URL path on a site without Aloft: `/wp-content/uploads/2026/cat.jpg`
record Place(String key, String url) {

    String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /// The path relative to a folder that contains it.
    String below(String folder) {
        return key.substring(folder.length());
    }
}
