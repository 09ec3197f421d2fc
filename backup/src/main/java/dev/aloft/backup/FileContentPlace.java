package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/// The object that holds the bytes of a [SnapshotFile].
///
/// @param bucket its bucket
/// @param key from the bucket's root
/// @param etag entity tag of that object, quotes included; a copy may have another one than its source
/// @param version S3's id of a version in a versioned bucket, or null for the object that is there
record FileContentPlace(
        String bucket, ObjectKey key, String etag, @Nullable String version) {}
