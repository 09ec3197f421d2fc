package dev.aloft.nio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Attributes of one file from a listing. They travel with the path that the listing gave, and are valid for [#MAX_AGE]
/// after that, unless this process changes the file: so a walk asks S3 nothing twice.
///
/// @param attributes as the listing has them
/// @param moment this process's own count of changes when the listing was asked for, see [OwnChanges]
/// @param nanos [System#nanoTime()] when the path was given
/// @param source the stream that gave the path
record Listed(
        S3Attributes attributes,
        long moment,
        long nanos,
        @Nullable S3DirectoryStream source) {

    /// The promise about another host's changes.
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    boolean isFresh(long nowNanos) {
        return nowNanos - nanos < MAX_AGE.toNanos();
    }
}
