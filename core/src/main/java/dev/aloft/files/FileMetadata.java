package dev.aloft.files;

import dev.aloft.store.Bucket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// User metadata of files: names and values. They go with the file when it is copied or
/// moved, and stay when it is appended to or edited. Writing a file anew begins without.
///
/// A change is a new version of the file, made by S3 from the newest one. Two at the same moment do not mix: the
/// slower fails. Safe for many threads.
public final class FileMetadata {

    /// S3's limit for all names and values of a file together.
    public static final int MAX_BYTES = 2048;

    private final FileTree tree;
    private final Bucket bucket;

    /// A view of this tree's files, without state of its own.
    public FileMetadata(FileTree tree) {
        this.tree = tree;
        this.bucket = tree.bucket();
    }

    /// All of it, by name; a directory has none.
    public Map<String, String> of(FilePath path) throws IOException {
        return tree.stat(path).orElse(null) instanceof FileStat.Directory
                ? Map.of()
                : tree.requireFile("read the metadata of", path).metadata();
    }

    /// Replaces all of it.
    ///
    /// @throws IllegalArgumentException for a name or value that S3 does not store unchanged
    public void replace(FilePath path, Map<String, String> metadata) throws IOException {
        metadata.forEach(FileMetadata::requireStorable);
        int bytes = metadata.entrySet().stream()
                .mapToInt(e -> e.getKey().length() + e.getValue().length())
                .sum();
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("metadata of " + bytes + " bytes; S3 keeps " + MAX_BYTES);
        }
        bucket.replaceMetadata(tree.requireFile("change the metadata of", path), metadata);
    }

    private static void requireStorable(String name, String value) {
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "metadata \"" + name + "\": a name has lower-case letters, digits, dots, hyphens and underscores");
        }
        boolean plain = StandardCharsets.US_ASCII.newEncoder().canEncode(value)
                && value.strip().equals(value)
                && value.chars().noneMatch(Character::isISOControl);
        if (!plain) {
            throw new IllegalArgumentException(
                    "metadata \"" + name + "\": S3 keeps values of printable ASCII, without spaces at the ends");
        }
    }
}
