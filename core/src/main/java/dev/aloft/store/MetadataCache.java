package dev.aloft.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The known state of one bucket's objects, each fact with its time.
///
/// There are two kinds of facts: an object is there (and what it is) or is missing; a prefix has objects under it or
/// has none. A reader says how old a fact may be; an answer of S3 is as old as the question. This process's own
/// changes are entered when S3 has acknowledged them, so no fact is ever behind them: an answer that was asked for
/// before a change and arrives after it is dropped, and nothing is remembered of two changes of one key that overlap,
/// because their order is unknown.
///
/// Bounded by [#MAX_FACTS] of each kind. Safe for many threads.
final class MetadataCache {

    /// An eighteenth of the heap at most: the two facts about an object take about 400 bytes.
    static final long MAX_FACTS = Math.min(100_000, Runtime.getRuntime().maxMemory() / 7_200);

    private static final int STRIPES = 4096;

    private final InstantSource clock;
    private final boolean learns;
    private final Cache<String, Fact<Optional<StoredObject>>> objects;
    private final Cache<String, Fact<Boolean>> prefixes;

    /// The number of changes of the keys, or the prefixes, that share a stripe.
    private final AtomicLongArray objectChanges;

    private final AtomicLongArray prefixChanges;

    /// No fact from before counts.
    private final AtomicReference<Instant> allDoubtfulSince;

    MetadataCache(InstantSource clock) {
        this.clock = clock;
        this.learns = true;
        this.objects = bounded();
        this.prefixes = bounded();
        this.objectChanges = new AtomicLongArray(STRIPES);
        this.prefixChanges = new AtomicLongArray(STRIPES);
        this.allDoubtfulSince = new AtomicReference<>(Instant.MIN);
    }

    private MetadataCache(MetadataCache same) {
        this.clock = same.clock;
        this.learns = false;
        this.objects = same.objects;
        this.prefixes = same.prefixes;
        this.objectChanges = same.objectChanges;
        this.prefixChanges = same.prefixChanges;
        this.allDoubtfulSince = same.allDoubtfulSince;
    }

    /// The same facts for one who adds none: what S3 says is not entered, and what is changed is forgotten.
    MetadataCache withoutLearning() {
        return new MetadataCache(this);
    }

    private static <V> Cache<String, V> bounded() {
        // Its upkeep takes less time than to wake another thread for it.
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MAX_FACTS)
                .build();
    }

    /// A ticket to hand back with an answer about the object, or with a change of it.
    Ticket ticket(ObjectKey key) {
        return new Ticket(objectChanges.get(stripe(key.value())), clock.instant());
    }

    /// A ticket to hand back with an answer about the prefix.
    Ticket ticket(String prefix) {
        return new Ticket(prefixChanges.get(stripe(prefix)), clock.instant());
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
        Instant now = clock.instant();
        return Optional.ofNullable(fact)
                .filter(f -> f.since().isAfter(allDoubtfulSince.get())
                        && now.isBefore(f.since().plus(maxAge)));
    }

    /// Enters what S3 said of an object.
    void learn(ObjectKey key, Ticket ticket, Optional<StoredObject> found) {
        if (!learns) {
            return;
        }
        objects.asMap().compute(key.value(), (k, old) -> learned(objectChanges.get(stripe(k)), ticket, found, old));
    }

    /// Enters what S3 said of a prefix.
    void learn(String prefix, Ticket ticket, boolean hasKeys) {
        if (!learns) {
            return;
        }
        prefixes.asMap().compute(prefix, (p, old) -> learned(prefixChanges.get(stripe(p)), ticket, hasKeys, old));
    }

    private static <T> @Nullable Fact<T> learned(long changes, Ticket ticket, T answer, @Nullable Fact<T> old) {
        boolean newer = old == null || !ticket.asked().isBefore(old.since());
        return newer && changes == ticket.changes() ? new Fact<>(answer, ticket.asked()) : old;
    }

    /// This process has written the object; the ticket is from before the request.
    void written(StoredObject object, Ticket ticket) {
        if (!learns) {
            doubtful(object.key());
            return;
        }
        Instant now = clock.instant();
        String key = object.key().value();
        long after = change(object.key(), ticket, Optional.of(object), now);
        for (String prefix : prefixesOf(object.key())) {
            prefixChanges.incrementAndGet(stripe(prefix));
            // A later deletion increments its key's stripe before it forgets the prefix. In either order, no prefix is
            // remembered for an object that is gone.
            prefixes.asMap()
                    .compute(prefix, (_, _) -> objectChanges.get(stripe(key)) == after ? new Fact<>(true, now) : null);
        }
    }

    /// This process has deleted the object; the ticket is from before the request.
    void deleted(ObjectKey key, Ticket ticket) {
        if (!learns) {
            doubtful(key);
            return;
        }
        change(key, ticket, Optional.empty(), clock.instant());
        forgetPrefixesOf(key);
    }

    /// The object may have changed: a request of this process failed with an unknown result, or another process has
    /// changed it.
    void doubtful(ObjectKey key) {
        objectChanges.incrementAndGet(stripe(key.value()));
        objects.asMap().remove(key.value());
        forgetPrefixesOf(key);
    }

    /// Any object may have changed: another program has changed some, and which is not known.
    void allDoubtful() {
        allDoubtfulSince.set(clock.instant());
    }

    /// Enters a change, or forgets the object when another change came between; gives the stripe's count after
    /// it.
    private long change(ObjectKey key, Ticket ticket, Optional<StoredObject> now, Instant when) {
        long[] before = new long[1];
        objects.asMap().compute(key.value(), (k, _) -> {
            before[0] = objectChanges.getAndIncrement(stripe(k));
            return before[0] == ticket.changes() ? new Fact<>(now, when) : null;
        });
        return before[0] + 1;
    }

    private void forgetPrefixesOf(ObjectKey key) {
        for (String prefix : prefixesOf(key)) {
            prefixChanges.incrementAndGet(stripe(prefix));
            prefixes.asMap().remove(prefix);
        }
    }

    private static List<String> prefixesOf(ObjectKey key) {
        List<String> found = new ArrayList<>();
        String value = key.value();
        for (int slash = value.indexOf('/'); slash >= 0; slash = value.indexOf('/', slash + 1)) {
            found.add(value.substring(0, slash + 1));
        }
        return found;
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    /// When a question was asked, and how many changes its stripe had seen by then.
    record Ticket(long changes, Instant asked) {}

    /// Something S3 said, and when it was asked; or what a change left behind, and when S3 acknowledged it.
    record Fact<T>(T value, Instant since) {}
}
