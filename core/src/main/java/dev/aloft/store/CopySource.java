package dev.aloft.store;

import org.jspecify.annotations.Nullable;

/// The object whose bytes a copy takes: in any bucket of the same store, the newest version or a named one.
///
/// @param object of a listing or a read; the copy fails unless S3 still has this ETag
/// @param versionId S3's id of the version, or null for the newest
public record CopySource(
        String bucket, StoredObject object, @Nullable String versionId) {

    /// The newest version of an object.
    public static CopySource newest(String bucket, StoredObject object) {
        return new CopySource(bucket, object, null);
    }

    /// A named version of an object.
    public static CopySource version(String bucket, StoredObject object, String id) {
        return new CopySource(bucket, object, id);
    }

    /// True for a version that was written while versioning was enabled, and is named.
    boolean hasId() {
        return versionId != null && !versionId.equals(ObjectVersion.NULL_ID);
    }

    /// The same source with what a look-up says of the object.
    CopySource described(StoredObject lookedUp) {
        return new CopySource(bucket, lookedUp, versionId);
    }

    /// For messages: `s3://media/cat.jpg`, with the version if one is named.
    @Override
    public String toString() {
        String uri = "s3://" + bucket + "/" + object.key();
        return versionId == null ? uri : uri + " (version " + versionId + ")";
    }
}
