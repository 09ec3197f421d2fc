package dev.aloft.server.cache;

import java.nio.file.Path;
import java.util.Optional;

/// The limits of a cache.
///
/// @param memoryBytes total size of the answers in memory
/// @param maxAnswerBytes the largest body that is cached in memory
/// @param folder on a local disk, for larger answers; without it they are not cached
/// @param diskBytes total size of the answers on disk
/// @param compression whether compressible answers in memory are compressed for clients that accept it
public record CacheSettings(
        long memoryBytes, int maxAnswerBytes, Optional<Path> folder, long diskBytes, boolean compression) {

    /// An eighth of the heap, at most 64 MiB; answers of up to 1 MiB, with compression; nothing on disk.
    public static final CacheSettings DEFAULT = new CacheSettings(
            Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8), 1 << 20, Optional.empty(), 0, true);

    /// @throws IllegalArgumentException if the memory does not hold one answer of the largest size, the folder is
    ///     relative, or the disk holds no more than such an answer
    public CacheSettings {
        if (maxAnswerBytes < 0 || memoryBytes < maxAnswerBytes) {
            throw new IllegalArgumentException("a cache of " + memoryBytes + " bytes in memory cannot hold answers of "
                    + maxAnswerBytes + " bytes");
        }
        if (folder.isPresent() && (!folder.get().isAbsolute() || diskBytes <= maxAnswerBytes)) {
            throw new IllegalArgumentException(
                    "not a place for answers on disk: " + folder.get() + ", " + diskBytes + " bytes");
        }
    }

    /// The same with another size of the memory; answers that it would not hold are no longer kept there.
    public CacheSettings withMemory(long bytes) {
        return new CacheSettings(bytes, (int) Math.min(bytes, maxAnswerBytes), folder, diskBytes, compression);
    }

    /// The same with larger answers kept on a local disk.
    ///
    /// @param place an absolute path
    /// @param bytes more than the largest answer in memory
    public CacheSettings withDisk(Path place, long bytes) {
        return new CacheSettings(memoryBytes, maxAnswerBytes, Optional.of(place), bytes, compression);
    }

    /// The same without compression.
    public CacheSettings withoutCompression() {
        return new CacheSettings(memoryBytes, maxAnswerBytes, folder, diskBytes, false);
    }
}
