package dev.aloft.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// What this process knows of one bucket's objects, and since when.
///
/// There are two kinds of facts: an object is there (and what it is) or is missing; a prefix has objects under it or
/// has none. A reader says how old a fact may be. This process's own changes are entered when S3 has acknowledged
/// them, so no fact is ever behind them: an answer that was asked for before a change and arrives after it is dropped,
/// and where two changes of one key overlap, nobody can tell which came last, so nothing is remembered.
///
/// Bounded by [#MAX_FACTS] of each kind. Safe for many threads.
final class MetadataCache {

    static final int MAX_FACTS = 100_000;

    private static final int STRIPES = 4096;

    private final InstantSource clock;
    private final Cache<String, Fact<Optional<StoredObject>>> objects = bounded();
    private final Cache<String, Fact<Boolean>> prefixes = bounded();

    /// Counts the changes of the keys that share a stripe.
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    MetadataCache(InstantSource clock) {
        this.clock = clock;
    }

    private static <V> Cache<String, V> bounded() {
        return Caffeine.newBuilder().maximumSize(MAX_FACTS).build();
    }

    /// A ticket to hand back with an answer; it is worthless once the key or prefix has changed.
    long ticket(String keyOrPrefix) {
        return changes.get(stripe(keyOrPrefix));
    }

    Optional<Fact<Optional<StoredObject>>> object(ObjectKey key, Duration maxAge) {
        return fresh(objects.getIfPresent(key.value()), maxAge);
    }

    /// The last version that was seen of an object, however long ago.
    Optional<StoredObject> last(ObjectKey key) {
        return Optional.ofNullable(objects.getIfPresent(key.value())).flatMap(Fact::value);
    }

    Optional<Fact<Boolean>> prefix(String prefix, Duration maxAge) {
        return fresh(prefixes.getIfPresent(prefix), maxAge);
    }

    private <T> Optional<Fact<T>> fresh(@Nullable Fact<T> fact, Duration maxAge) {
        return Optional.ofNullable(fact).filter(f -> !f.since().plus(maxAge).isBefore(clock.instant()));
    }

    /// Enters what S3 said of an object.
    void learn(ObjectKey key, long ticket, Optional<StoredObject> found) {
        Instant now = clock.instant();
        objects.asMap().compute(key.value(), (k, old) -> ticket == ticket(k) ? new Fact<>(found, now) : old);
    }

    /// Enters what S3 said of a prefix.
    void learn(String prefix, long ticket, boolean hasKeys) {
        Instant now = clock.instant();
        prefixes.asMap().compute(prefix, (p, old) -> ticket == ticket(p) ? new Fact<>(hasKeys, now) : old);
    }

    /// This process has written the object; the ticket is from before the request.
    void written(StoredObject object, long ticket) {
        Instant now = clock.instant();
        change(object.key(), ticket, Optional.of(object), now);
        String key = object.key().value();
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            String prefix = key.substring(0, slash + 1);
            changes.incrementAndGet(stripe(prefix));
            prefixes.put(prefix, new Fact<>(true, now));
        }
    }

    /// This process has deleted the object; the ticket is from before the request.
    void deleted(ObjectKey key, long ticket) {
        change(key, ticket, Optional.empty(), clock.instant());
        forgetPrefixesOf(key);
    }

    /// This process may or may not have changed the object: its request failed, and nobody knows how far it came.
    void doubtful(ObjectKey key) {
        changes.incrementAndGet(stripe(key.value()));
        objects.invalidate(key.value());
        forgetPrefixesOf(key);
    }

    private void change(ObjectKey key, long ticket, Optional<StoredObject> now, Instant when) {
        objects.asMap().compute(key.value(), (k, _) -> {
            boolean alone = changes.getAndIncrement(stripe(k)) == ticket;
            return alone ? new Fact<>(now, when) : null;
        });
    }

    private void forgetPrefixesOf(ObjectKey key) {
        String value = key.value();
        for (int slash = value.indexOf('/'); slash >= 0; slash = value.indexOf('/', slash + 1)) {
            String prefix = value.substring(0, slash + 1);
            changes.incrementAndGet(stripe(prefix));
            prefixes.invalidate(prefix);
        }
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    /// Something S3 said, and when.
    record Fact<T>(T value, Instant since) {}
}
