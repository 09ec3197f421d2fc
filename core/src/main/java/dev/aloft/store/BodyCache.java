package dev.aloft.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;

/// The bytes of objects that were read or written a moment ago, so that what PHP has just uploaded is not fetched back.
///
/// Bytes are kept by bucket, key and entity tag: a version's bytes never change, so nothing here can be stale; whether
/// it is still the current version is for [MetadataCache] or S3 to say. Bounded by the bytes held; nothing larger than
/// [#MAX_OBJECT_BYTES] is kept, and nothing longer than [#IDLE_LIMIT] without being read.
final class BodyCache {

    /// The largest object that is kept whole: a photograph, not a film.
    static final int MAX_OBJECT_BYTES = 16 << 20;

    static final long MAX_BYTES = Math.min(96 << 20, Runtime.getRuntime().maxMemory() / 12);

    static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

    private final String bucket;
    private final Cache<Version, byte[]> bodies;

    /// An empty cache; [#in] gives that of a bucket.
    BodyCache() {
        this(
                "",
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumWeight(MAX_BYTES)
                        .weigher((Version _, byte[] body) -> body.length + 256)
                        .expireAfterAccess(IDLE_LIMIT)
                        .build());
    }

    private BodyCache(String bucket, Cache<Version, byte[]> bodies) {
        this.bucket = bucket;
        this.bodies = bodies;
    }

    /// The same memory, for the objects of one bucket.
    BodyCache in(String other) {
        return new BodyCache(other, bodies);
    }

    Optional<byte[]> get(StoredObject object) {
        return Optional.ofNullable(bodies.getIfPresent(version(object)));
    }

    /// The caller does not change the array any more.
    void put(StoredObject object, byte[] body) {
        if (body.length <= MAX_OBJECT_BYTES) {
            bodies.put(version(object), body);
        }
    }

    private Version version(StoredObject object) {
        return new Version(bucket, object.key(), object.etag());
    }

    private record Version(String bucket, ObjectKey key, String etag) {}
}
