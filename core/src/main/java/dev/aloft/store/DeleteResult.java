package dev.aloft.store;

/// Answer of a deletion in one request about the object, see [Bucket#deleteExisting].
public enum DeleteResult {
    /// It was there.
    DELETED,
    /// None was there.
    MISSING,
    /// None is there: either never, or since an earlier attempt of this request, whose answer was lost.
    DELETED_OR_MISSING,
    /// The store cannot say it, so nothing was deleted.
    NOT_TRIED
}
