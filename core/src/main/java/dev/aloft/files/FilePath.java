package dev.aloft.files;

import dev.aloft.store.ObjectKey;

/// The location of a file or directory in its bucket: names separated by slashes, without a slash at either end. The
/// empty path is the bucket's root.
///
/// `uploads/cat.jpg` and `uploads/cat.jpg/` are one path. Segments are taken as they are: `.` and `..`, empty
/// ones and control characters are refused, see [ObjectKey]. Ordered by UTF-8 bytes, the root first.
public record FilePath(String value) implements Comparable<FilePath> {

    /// The empty path: the bucket's root.
    public static final FilePath ROOT = new FilePath("");

    /// Drops one trailing slash.
    ///
    /// @throws IllegalArgumentException for a path that is neither empty nor an [ObjectKey]
    public FilePath {
        if (value.endsWith("/") && !value.endsWith("//")) {
            value = value.substring(0, value.length() - 1);
        }
        if (!value.isEmpty()) {
            ObjectKey.of(value); // refuses what cannot be a key
        }
    }

    /// Parses a path from the bucket's root; the empty string is the root.
    ///
    /// @throws IllegalArgumentException for a path that cannot be a key: `a//b`, `/a`, `../a`
    public static FilePath of(String value) {
        return new FilePath(value);
    }

    /// True for the empty path, which has no key and no marker.
    public boolean isRoot() {
        return value.isEmpty();
    }

    /// The key of the file at this path.
    ObjectKey key() {
        return ObjectKey.of(value);
    }

    /// The key of the marker that says "here is a directory", even an empty one.
    ObjectKey marker() {
        return ObjectKey.of(value + "/");
    }

    /// The common prefix of all keys below this path.
    String prefix() {
        return isRoot() ? "" : value + "/";
    }

    /// A path below this one.
    ///
    /// @param name one or several names joined by slashes, without a slash in front: `2026/11/cat.jpg`
    /// @throws IllegalArgumentException if the result cannot be a key
    public FilePath resolve(String name) {
        return of(prefix() + name);
    }

    /// The directory that this is in; the root's is the root.
    public FilePath parent() {
        return of(value.substring(0, Math.max(0, value.lastIndexOf('/'))));
    }

    /// A path that lies below this one, from here: `cat.jpg`.
    public String relativize(FilePath below) {
        return below.value.substring(prefix().length());
    }

    /// True if `other` is this path or lies below it.
    public boolean contains(FilePath other) {
        return isRoot() || other.equals(this) || other.value.startsWith(prefix());
    }

    @Override
    public int compareTo(FilePath other) {
        return isRoot() || other.isRoot() ? Boolean.compare(other.isRoot(), isRoot()) : key().compareTo(other.key());
    }

    @Override
    public String toString() {
        return value;
    }
}
