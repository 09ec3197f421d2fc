package dev.aloft.store;

import java.time.Instant;

/// One entry in the history of a key: the bytes of a write, or the mark that a deletion left.
public sealed interface ObjectVersion {

    /// The id of versions written while versioning was off or suspended. A key has at most one of these.
    String NULL_ID = "null";

    ObjectKey key();

    /// S3's id of this version, unique for its key; [#NULL_ID] outside of versioning.
    String id();

    /// `Last-Modified` as S3 gives it: whole seconds on AWS, milliseconds on Ceph. For an upload in parts it is the
    /// moment at which the upload began.
    Instant modified();

    /// True for the newest entry of the key.
    boolean isLatest();

    /// True if a later write outside of versioning would replace this entry for good.
    default boolean isNull() {
        return id().equals(NULL_ID);
    }

    /// The bytes of one write.
    ///
    /// @param object without type, headers and metadata, as from any listing
    /// @param storageClass S3's name for it, such as `STANDARD` or `GLACIER`
    record Written(StoredObject object, String id, Instant modified, boolean isLatest, String storageClass)
            implements ObjectVersion {

        @Override
        public ObjectKey key() {
            return object.key();
        }

        /// The source of a copy of this version.
        ///
        /// @param bucket that holds the version
        public CopySource in(String bucket) {
            return CopySource.version(bucket, object, id);
        }
    }

    /// The mark of a deletion; it has no bytes.
    record Deleted(ObjectKey key, String id, Instant modified, boolean isLatest) implements ObjectVersion {}
}
