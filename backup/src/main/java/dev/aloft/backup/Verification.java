package dev.aloft.backup;

import java.util.List;

/// The depth of a verification.
///
/// @param share of the files whose bytes are read again, 0 to 1; of the others only presence, size and ETag are
///     checked
public record Verification(double share) {

    /// Presence, size and ETag of every file.
    public static final Verification QUICK = new Verification(0);

    /// Every byte of every file.
    public static final Verification ALL = new Verification(1);

    /// @throws IllegalArgumentException for a share outside 0 to 1
    public Verification {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("not a share of the files: " + share);
        }
    }

    /// The result of a verification.
    ///
    /// @param files that were checked
    /// @param read how many of them were read to the end
    /// @param bytes of these
    /// @param unknown how many of these have an ETag that says nothing of their bytes; only their size was compared
    /// @param failed files that cannot be restored as they were, and a dump that cannot
    /// @param failures the first of these, each with what is wrong
    public record Report(long files, long read, long bytes, long unknown, long failed, List<String> failures) {

        public Report {
            failures = List.copyOf(failures);
        }

        /// True if everything is as it was.
        public boolean isGood() {
            return failed == 0;
        }
    }
}
