package dev.aloft.server.htaccess;

/// A file that somebody asks for.
///
/// @param key in the bucket: `uploads/2026/cat.jpg`
/// @param url its path where WordPress runs without Aloft: `/wp-content/uploads/2026/cat.jpg`
record Place(String key, String url) {

    String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /// The path below a folder that it lies in.
    String below(String folder) {
        return key.substring(folder.length());
    }
}
