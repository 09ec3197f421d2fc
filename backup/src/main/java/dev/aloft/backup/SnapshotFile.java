package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import java.time.Instant;

/// One file as it was at the moment of a snapshot. Its headers and metadata are those of the object that holds its
/// bytes: S3 copies them together.
///
/// @param key below the site's prefix: `uploads/2026/11/cat.jpg`
/// @param size in bytes
/// @param etag entity tag of the file itself, quotes included
/// @param modified when the file was written, in whole seconds, as S3 said
/// @param content where its bytes lie
record SnapshotFile(ObjectKey key, long size, String etag, Instant modified, FileContentPlace content) {

    /// @throws IllegalArgumentException for a negative size
    public SnapshotFile {
        if (size < 0) {
            throw new IllegalArgumentException("a file cannot have " + size + " bytes: " + key);
        }
    }
}
