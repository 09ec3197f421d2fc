package dev.aloft.local;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// An entry of a [LocalFolder], as it was when its directory was read.
///
/// @param name path below the folder, segments separated by slashes: `2026/11/cat.jpg`
/// @param size in bytes; 0 for all but files
/// @param modified time of the last change
public record LocalEntry(String name, Kind kind, long size, Instant modified) {

    /// Metadata name of the time of the last change, in seconds since 1970, as rclone and others write it.
    public static final String MTIME = "mtime";

    /// Kind of entry.
    public enum Kind {
        /// A regular file.
        FILE,
        /// A directory that was read.
        DIRECTORY,
        /// A directory that cannot be read.
        UNREADABLE,
        /// A symbolic link.
        LINK,
        /// A name that is not UTF-8; [LocalEntry#name] is an approximation.
        UNNAMED,
        /// A socket, pipe or device.
        OTHER
    }

    /// True for a regular file.
    public boolean isFile() {
        return kind == Kind.FILE;
    }

    /// Metadata of the object that this file becomes.
    public Map<String, String> metadata() {
        return movedMetadata(Map.of(), modified);
    }

    /// Metadata of the copy of an object in another place, where it gets another time.
    ///
    /// @param metadata of the object
    /// @param modified time of its last change
    public static Map<String, String> movedMetadata(Map<String, String> metadata, Instant modified) {
        Map<String, String> all = new HashMap<>(metadata);
        all.putIfAbsent(MTIME, "%d.%09d".formatted(modified.getEpochSecond(), modified.getNano()));
        return all;
    }

    /// True if an object with this metadata was made of this version of the file, or of one of the same time.
    public boolean isSource(Map<String, String> metadata) {
        return sourceTime(metadata).filter(modified::equals).isPresent();
    }

    /// The time of the last change of the file that an object was made of.
    ///
    /// @param metadata of the object
    /// @return empty for an object that is no copy of a file
    public static Optional<Instant> sourceTime(Map<String, String> metadata) {
        String seconds = metadata.get(MTIME);
        if (seconds == null || !seconds.matches("\\d{1,11}(\\.\\d{1,9})?")) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(seconds);
        return Optional.of(Instant.ofEpochSecond(
                exact.longValue(),
                exact.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
    }
}
