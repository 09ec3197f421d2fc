package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/// One file that a restoration changes. It is created where `before` is null, deleted where `after` is null, else
/// replaced.
///
/// @param key below the site's prefix
/// @param before the file as it is; its content is a copy of it, if it has been recorded
/// @param after the file as it shall be
public record Change(
        ObjectKey key,
        @Nullable SnapshotFile before,
        @Nullable SnapshotFile after) {

    /// One word for people.
    public String word() {
        if (before == null) {
            return "create";
        }
        return after == null ? "delete" : "replace";
    }

    /// Bytes that have to be copied for it.
    public long bytes() {
        return after == null ? 0 : after.size();
    }
}
