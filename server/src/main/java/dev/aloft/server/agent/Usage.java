package dev.aloft.server.agent;

import java.time.Instant;
import java.util.List;

/// A count of files by kind and month.
///
/// @param begun when the listing began; files written since may be missing
/// @param isComplete false while the listing is under way, or if it took too long
/// @param groups in no particular order
record Usage(Instant begun, boolean isComplete, List<Group> groups) {

    Usage {
        groups = List.copyOf(groups);
    }

    /// Files of one kind, written in one month.
    ///
    /// @param kind one of [UsageTally]'s words
    /// @param month in UTC, such as `2026-11`
    record Group(String kind, String month, long files, long bytes) {}
}
