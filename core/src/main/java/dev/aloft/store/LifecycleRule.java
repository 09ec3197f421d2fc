package dev.aloft.store;

/// An enabled rule of a bucket's lifecycle, as far as it concerns objects without tags, such as those of Aloft.
///
/// @param id as its owner named it
/// @param prefix of the keys that it applies to; empty for all
/// @param deletes whether it deletes current objects
/// @param archives whether it moves current objects into a storage class that cannot be read at once
/// @param abortsUploads whether it removes the parts of unfinished uploads
public record LifecycleRule(String id, String prefix, boolean deletes, boolean archives, boolean abortsUploads) {

    /// True if it may apply to keys that begin with `other`.
    public boolean concerns(String other) {
        return other.startsWith(prefix) || prefix.startsWith(other);
    }
}
