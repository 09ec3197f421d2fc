package dev.aloft.server.cache;

/// How much a cache may hold.
///
/// @param memoryBytes of answers in memory, all together
/// @param maxAnswerBytes the largest body of an answer that is kept in memory
public record CacheSettings(long memoryBytes, int maxAnswerBytes) {

    /// 64 MiB in memory, answers of up to 1 MiB.
    public static final CacheSettings DEFAULT = new CacheSettings(64 << 20, 1 << 20);

    public CacheSettings {
        if (maxAnswerBytes < 0 || memoryBytes < maxAnswerBytes) {
            throw new IllegalArgumentException(
                    "a cache of " + memoryBytes + " bytes cannot hold answers of " + maxAnswerBytes + " bytes");
        }
    }
}
