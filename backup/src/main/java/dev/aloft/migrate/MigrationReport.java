package dev.aloft.migrate;

/// The result of an operation, in numbers of files.
///
/// @param done files that were copied, or found to be the same on both sides
/// @param bytes of these
/// @param unchanged files that an earlier run had copied
/// @param kept files that are newer on the other side, and stay as they are there
/// @param deleted files that the site has deleted in S3 and that still lie in the folder
/// @param removed local files that were deleted
/// @param extra local files that S3 does not have
/// @param failed files with a finding
public record MigrationReport(
        long done, long bytes, long unchanged, long kept, long deleted, long removed, long extra, long failed) {}
