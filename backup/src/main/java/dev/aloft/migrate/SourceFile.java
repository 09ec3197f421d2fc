package dev.aloft.migrate;

import java.time.Instant;

/// A file of a [MigrationSource], as it was listed.
///
/// @param name path below the source: `2026/11/cat.jpg`; with a slash at its end for the marker of a directory
/// @param modified time of the last change
/// @param etag of an object; empty for a local file
record SourceFile(String name, long size, Instant modified, String etag) {}
