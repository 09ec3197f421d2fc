package dev.aloft.store;

import dev.aloft.store.ObjectVersions.Versioning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The versioning of buckets, from answers of S3 that are at most [#MAX_AGE] old. Safe for many threads.
final class KnownVersioning {

    static final Duration MAX_AGE = Duration.ofSeconds(1);

    /// The time after which credentials that may not ask try again.
    static final Duration DENIAL_LIMIT = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Known> buckets = new ConcurrentHashMap<>();

    KnownVersioning(InstantSource clock) {
        this.clock = clock;
    }

    /// True if a bucket has never had versions, as far as it may be asked. One that has had them keeps them when
    /// versioning is suspended, so it is asked once.
    boolean isOff(S3Requests bucket) throws StoreException {
        Known known = buckets.get(bucket.bucket());
        boolean hasVersions = known != null && known.state != null && known.state != Versioning.OFF;
        return !hasVersions && state(bucket) == Versioning.OFF;
    }

    /// True if each write adds a version, as far as it may be asked.
    boolean isEnabled(S3Requests bucket) throws StoreException {
        return state(bucket) == Versioning.ENABLED;
    }

    private @Nullable Versioning state(S3Requests bucket) throws StoreException {
        Instant now = clock.instant();
        Known known = buckets.get(bucket.bucket());
        if (known == null || !now.isBefore(known.until)) {
            known = asked(bucket, now);
            buckets.put(bucket.bucket(), known);
        }
        return known.state;
    }

    private static Known asked(S3Requests bucket, Instant now) throws StoreException {
        try {
            return new Known(bucket.versions().state(), now.plus(MAX_AGE));
        } catch (StoreException e) {
            return switch (e.kind()) {
                case INVALID -> new Known(Versioning.OFF, now.plus(MAX_AGE)); // It knows no such request.
                case DENIED -> new Known(null, now.plus(DENIAL_LIMIT));
                default -> throw e;
            };
        }
    }

    /// @param state null if it may not be asked
    private record Known(@Nullable Versioning state, Instant until) {}
}
