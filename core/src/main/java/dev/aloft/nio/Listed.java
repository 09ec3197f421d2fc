package dev.aloft.nio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a listing said of one file, and when it was asked for. It travels with the path that the listing gave, so that
/// a walk asks S3 nothing twice.
///
/// @param attributes as the listing has them
/// @param moment this process's own count of changes when the listing was asked for, see [OwnChanges]
/// @param nanos [System#nanoTime()] then
/// @param source the stream that gave the path
record Listed(S3Attributes attributes, long moment, long nanos, @Nullable S3DirectoryStream source) {

    /// How old an answer may be: what is promised of another host's changes.
    static final Duration LIFETIME = Duration.ofSeconds(1);

    boolean isFresh(long nowNanos) {
        return nowNanos - nanos < LIFETIME.toNanos();
    }
}
