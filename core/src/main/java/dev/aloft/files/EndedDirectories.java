package dev.aloft.files;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// The directories that may have ended because this host removed something below them.
///
/// A program that removes a tree, children first, removes each directory after its last file. On a disk the directory
/// is still there; here it has ended with that file, so its own removal finds nothing and must succeed nevertheless.
/// This class remembers such directories: for [#MEMORY_LIMIT] after the last removal below, the newest
/// [#MAX_DIRECTORIES] of them, each until it is removed. Safe for many threads.
final class EndedDirectories {

    static final Duration MEMORY_LIMIT = Duration.ofMinutes(5);
    static final int MAX_DIRECTORIES = 4096;

    private final LongSupplier nanos;

    /// When something below was last removed, by path, the oldest first.
    private final Map<String, Long> removals = new LinkedHashMap<>();

    /// @param nanos the clock, as [System#nanoTime]
    EndedDirectories(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// This host has removed a file or a directory: what is above may have ended with it.
    synchronized void removed(FilePath path) {
        removals.remove(path.value());
        String below = path.value();
        for (int slash = below.lastIndexOf('/'); slash > 0; slash = below.lastIndexOf('/', slash - 1)) {
            String directory = below.substring(0, slash);
            removals.remove(directory);
            removals.put(directory, nanos.getAsLong());
        }
        while (removals.size() > MAX_DIRECTORIES) {
            removals.remove(removals.keySet().iterator().next());
        }
    }

    /// True if a directory that is not there any more has ended so.
    synchronized boolean include(FilePath directory) {
        Long removal = removals.get(directory.value());
        return removal != null && nanos.getAsLong() - removal < MEMORY_LIMIT.toNanos();
    }

    /// The same, once: it counts as removed from now on.
    synchronized boolean remove(FilePath directory) {
        boolean ended = include(directory);
        if (ended) {
            removed(directory);
        }
        return ended;
    }
}
