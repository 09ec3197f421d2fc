package dev.aloft.transfer;

/// The result of an operation, in numbers of files.
///
/// @param copied files
/// @param copiedBytes of these
/// @param unchanged files that were the same on both sides, or stay because none is to be replaced
/// @param deleted files
/// @param deletedBytes of these
/// @param extra files of the destination that the source does not have
/// @param extraBytes of these
/// @param failed files
public record TransferReport(
        long copied,
        long copiedBytes,
        long unchanged,
        long deleted,
        long deletedBytes,
        long extra,
        long extraBytes,
        long failed) {}
