package dev.aloft.backup;

import java.time.Instant;

/// A restoration that has not recorded its changes.
///
/// @param begun by S3's clock
public record StartedRestore(String id, Instant begun) {}
