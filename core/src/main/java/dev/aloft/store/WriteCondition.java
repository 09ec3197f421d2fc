package dev.aloft.store;

import java.util.Optional;

/// The condition of a write; S3 decides, so two hosts cannot both win.
public sealed interface WriteCondition {

    /// Write whatever is there.
    static WriteCondition always() {
        return Always.ALWAYS;
    }

    /// Only where no object is (`If-None-Match: *`), or the write fails with [StoreException.Kind#PRECONDITION].
    static WriteCondition ifAbsent() {
        return Absent.ABSENT;
    }

    /// Only over this version (`If-Match`), or the write fails with [StoreException.Kind#PRECONDITION].
    static WriteCondition ifVersion(String etag) {
        return new Version(etag);
    }

    /// True if a write over what is there would be done.
    ///
    /// @param there empty where no object is
    default boolean holds(Optional<StoredObject> there) {
        return switch (this) {
            case Always _ -> true;
            case Absent _ -> there.isEmpty();
            case Version(String etag) ->
                there.filter(o -> o.etag().equals(etag)).isPresent();
        };
    }

    /// See [#always()].
    enum Always implements WriteCondition {
        ALWAYS
    }

    /// See [#ifAbsent()].
    enum Absent implements WriteCondition {
        ABSENT
    }

    /// See [#ifVersion(String)].
    record Version(String etag) implements WriteCondition {}
}
