package dev.aloft.store;

/// The versioning of a bucket: whether S3 keeps the earlier bytes of an object that is replaced or deleted.
public enum VersioningState {
    /// Each write and each deletion adds a version; nothing is lost.
    ENABLED,
    /// Versions made earlier are kept. A write or a deletion now replaces the version `null` of its key for good.
    SUSPENDED,
    /// Versioning was never enabled, or this S3 has none.
    OFF
}
