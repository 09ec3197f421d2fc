package dev.aloft.backup;

import java.util.List;
import java.util.Optional;

/// The result of a restoration.
///
/// @param id with which it is recorded; empty if there was nothing to change
/// @param written files that were created or replaced
/// @param bytes of these
/// @param deleted files
/// @param keptPrivate written files that were public and stay private, because they became so since
/// @param failed files that could not be restored
/// @param failures the first of these, each with its reason
public record RestoreReport(
        Optional<String> id,
        long written,
        long bytes,
        long deleted,
        long keptPrivate,
        long failed,
        List<String> failures) {

    public RestoreReport {
        failures = List.copyOf(failures);
    }
}
