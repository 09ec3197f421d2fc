package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/// A file that is not the same in two snapshots.
///
/// @param first the file in the first, or null
/// @param second the file in the second, or null
public record FileDifference(
        ObjectKey key,
        @Nullable SnapshotFile first,
        @Nullable SnapshotFile second) {}
