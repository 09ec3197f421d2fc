package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;

/// Extent of a restoration.
///
/// @param target folder that gets the files: the site's own, or another one of the same store
/// @param scope the part of the files
/// @param deletes true to delete the files that are not wanted
public record RestoreOptions(BucketFolder target, RestoreScope scope, boolean deletes) {}
