package dev.aloft.backup;

import java.util.List;

/// The result of a verification.
///
/// @param files that were checked
/// @param read how many of them were read to the end
/// @param bytes of these
/// @param unknown how many of these have an ETag that says nothing of their bytes; only their size was compared
/// @param failed files that cannot be restored as they were, and a dump that cannot
/// @param failures the first of these, each with what is wrong
public record VerifyReport(long files, long read, long bytes, long unknown, long failed, List<String> failures) {

    public VerifyReport {
        failures = List.copyOf(failures);
    }

    /// True if everything is as it was.
    public boolean isGood() {
        return failed == 0;
    }
}
