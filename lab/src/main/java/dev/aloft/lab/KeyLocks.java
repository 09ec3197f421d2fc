package dev.aloft.lab;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// One lock for each key, shared by keys whose hashes collide. It excludes all other threads of this process.
///
/// Safe for use by many threads. A thread may hold one key at a time only, or two threads could wait for each other.
final class KeyLocks {

    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes =
            IntStream.range(0, STRIPES).mapToObj(stripe -> new ReentrantLock()).toArray(ReentrantLock[]::new);

    /// The lock of a key, not yet taken.
    ReentrantLock of(String bucket, String key) {
        return stripes[Math.floorMod(Objects.hash(bucket, key), STRIPES)];
    }
}
