package dev.aloft.backup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The snapshots of a site that have a description and were not dropped, the oldest first.
///
/// @param snapshots those whose description can be read
/// @param damaged the others, which cannot be restored
/// @param verifications the last verification of each snapshot that was verified, by its id
public record SnapshotList(List<Snapshot> snapshots, List<Damaged> damaged, Map<String, VerifyRecord> verifications) {

    /// A snapshot whose description is truncated, changed, or of another site.
    ///
    /// @param found the object and what is wrong with it, in one line
    public record Damaged(String id, String found) {}

    public SnapshotList {
        snapshots = List.copyOf(snapshots);
        damaged = List.copyOf(damaged);
        verifications = Map.copyOf(verifications);
    }

    /// The last verification of a snapshot.
    public Optional<VerifyRecord> verification(Snapshot snapshot) {
        return Optional.ofNullable(verifications.get(snapshot.id()));
    }
}
