package dev.aloft.backup;

import java.util.List;

/// The result of a prune, or what it would be.
///
/// @param kept ids of the snapshots that stay, the oldest first
/// @param dropped ids of those that cannot be restored any more
/// @param deleted objects that were deleted
/// @param bytes of these
/// @param waiting objects of content that no snapshot names, and that stay until they are old enough
/// @param retained objects that S3 does not delete, because a lock or a policy protects them
/// @param damaged snapshots and restorations that cannot be read, each in a line; while there are any, no content is
///     deleted, because they may need it
public record PruneReport(
        List<String> kept,
        List<String> dropped,
        long deleted,
        long bytes,
        long waiting,
        long retained,
        List<String> damaged) {

    public PruneReport {
        kept = List.copyOf(kept);
        dropped = List.copyOf(dropped);
        damaged = List.copyOf(damaged);
    }
}
