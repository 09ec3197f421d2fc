package dev.aloft.cli.files;

/// Knowledge of the file that a copy may replace, and permission to replace it.
enum Replacing {
    /// A file that is there stays.
    NEVER,
    /// It is not known whether a file is there; it is replaced.
    ANY,
    /// A listing has shown the file that is replaced.
    LISTED,
    /// A listing has shown no such file; one that is made meanwhile is replaced.
    ABSENT
}
