package dev.aloft.store;

/// The version of an object that a read accepts.
public sealed interface ReadCondition {

    /// Whatever is there.
    static ReadCondition any() {
        return Any.ANY;
    }

    /// This version, or the read fails with [StoreException.Kind#PRECONDITION].
    static ReadCondition version(String etag) {
        return new Version(etag);
    }

    /// Any version but this one; a read that finds it still there gives nothing.
    static ReadCondition otherThan(String etag) {
        return new OtherThan(etag);
    }

    /// See [#any()].
    enum Any implements ReadCondition {
        ANY
    }

    /// See [#version(String)].
    record Version(String etag) implements ReadCondition {}

    /// See [#otherThan(String)].
    record OtherThan(String etag) implements ReadCondition {}
}
