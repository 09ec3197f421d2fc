package dev.aloft.server.edge;

import dev.aloft.store.ByteRange;

/// What a request gets of a version that is there.
sealed interface Verdict {

    /// All of it: 200.
    enum Whole implements Verdict {
        WHOLE
    }

    /// Some of it: 206.
    ///
    /// @param range both ends known
    record Part(ByteRange range) implements Verdict {}

    /// What the client has is what is there: 304.
    enum NotModified implements Verdict {
        NOT_MODIFIED
    }

    /// Not the version that the client wants: 412.
    enum Refused implements Verdict {
        REFUSED
    }

    /// None of the bytes asked for exist: 416.
    enum OutOfRange implements Verdict {
        OUT_OF_RANGE
    }
}
