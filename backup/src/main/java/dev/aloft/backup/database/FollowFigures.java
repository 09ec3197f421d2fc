package dev.aloft.backup.database;

import java.time.Instant;

/// Statistics of a follower since its start.
///
/// @param complete every event before this moment is in the archive, by the server's clock
/// @param behindBytes of the server's log that are not in the archive yet, when it last looked
/// @param segments number of segments that were written
/// @param bytes in them
/// @param restarts how often the program that reads the log had to be started again
public record FollowFigures(Instant complete, long behindBytes, long segments, long bytes, long restarts) {}
