package dev.aloft.transfer;

import dev.aloft.store.ObjectKey;
import java.time.Instant;

/// Something below a [FileRoot], as it was when it was listed.
///
/// @param name path below the root, segments separated by slashes; that of a directory ends with one
/// @param size in bytes; 0 for a directory
/// @param modified time of the last change; [Instant#EPOCH] where a directory has none
/// @param etag of an object, quotes included; empty for a local file
/// @param defect the reason why an [Kind#UNFIT] entry takes part in nothing, as the end of a sentence; else empty
public record Entry(String name, Kind kind, long size, Instant modified, String etag, String defect) {

    /// Kind of entry.
    public enum Kind {
        /// A regular file or an object.
        FILE,
        /// A directory, or the marker of one.
        DIRECTORY,
        /// A symbolic link, a device, or a file whose name no object can have.
        UNFIT
    }

    static Entry file(String name, long size, Instant modified, String etag) {
        return new Entry(name, Kind.FILE, size, modified, etag, "");
    }

    /// @param name with a slash at its end
    static Entry directory(String name, Instant modified) {
        return new Entry(name, Kind.DIRECTORY, 0, modified, "", "");
    }

    public boolean isFile() {
        return kind == Kind.FILE;
    }

    /// @throws IllegalArgumentException for an unfit name
    ObjectKey key() {
        return ObjectKey.of(name);
    }
}
