package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;

/// Extent of a restoration.
///
/// @param target folder that gets the files: the site's own, or another one of the same store
/// @param scope the part of the files
/// @param deletes true to delete the files that are not wanted
/// @param publishes true to make a private file public again that was public; by default it stays private
public record RestoreOptions(BucketFolder target, RestoreScope scope, boolean deletes, boolean publishes) {

    /// Private files stay private.
    public RestoreOptions(BucketFolder target, RestoreScope scope, boolean deletes) {
        this(target, scope, deletes, false);
    }
}
