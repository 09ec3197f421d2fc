package dev.aloft.backup;

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
}
