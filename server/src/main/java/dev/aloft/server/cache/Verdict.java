package dev.aloft.server.cache;

/// What a request gets of a version that is there.
enum Verdict {
    /// All of it, or the ranges it asks for: 200 or 206.
    CONTENT,
    /// What the client has is what is there: 304.
    NOT_MODIFIED,
    /// Not the version that the client wants: 412.
    REFUSED
}
