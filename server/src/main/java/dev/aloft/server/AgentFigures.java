package dev.aloft.server;

import java.util.Optional;

/// Figures of one site's agent at one moment; counts are since the start.
///
/// @param exchanges requests of PHP
/// @param failures those of them that failed by S3's or the agent's fault, or were refused with 403
/// @param isWritable false if S3 is known to take no files
/// @param objectCache empty for a site without one
public record AgentFigures(
        String site, long exchanges, long failures, boolean isWritable, Optional<ObjectCacheFigures> objectCache) {

    /// Figures of a site's object cache.
    ///
    /// @param bytes of values in this process; with the server of a fleet, copies
    /// @param evictions values dropped for others since the start
    public record ObjectCacheFigures(long hits, long misses, long bytes, long evictions) {}
}
