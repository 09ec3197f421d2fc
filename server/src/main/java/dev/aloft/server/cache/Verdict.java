package dev.aloft.server.cache;

/// The outcome of a request's preconditions.
enum Verdict {
    /// All of it, or the ranges it asks for: 200 or 206.
    CONTENT,
    /// The client has the current representation: 304.
    NOT_MODIFIED,
    /// The precondition failed: 412.
    REFUSED
}
