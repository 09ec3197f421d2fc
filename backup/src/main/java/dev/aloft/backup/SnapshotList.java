package dev.aloft.backup;

import java.util.List;

/// The snapshots of a site that have a description and were not dropped, the oldest first.
///
/// @param snapshots those whose description can be read
/// @param damaged the others, which cannot be restored
public record SnapshotList(List<Snapshot> snapshots, List<Damaged> damaged) {

    /// A snapshot whose description is truncated, changed, or of another site.
    ///
    /// @param found the object and what is wrong with it, in one line
    public record Damaged(String id, String found) {}

    public SnapshotList {
        snapshots = List.copyOf(snapshots);
        damaged = List.copyOf(damaged);
    }
}
