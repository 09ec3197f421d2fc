package dev.aloft.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.UnaryOperator;

/// The answers that are kept in memory, bounded by their bytes; those asked for most often stay (W-TinyLFU).
///
/// What was purged is gone for good: an answer that was asked for before the purge and comes after it is not stored.
/// Safe for many threads.
final class Shelf {

    private static final int STRIPES = 4096;

    private final Cache<String, Variants> answers;
    private final AtomicLongArray purges = new AtomicLongArray(STRIPES);
    private final AtomicLong widePurges = new AtomicLong();

    Shelf(long bytes) {
        answers = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((String key, Variants variants) -> 2 * key.length() + variants.weight())
                .build();
    }

    Variants get(String key) {
        Variants found = answers.getIfPresent(key);
        return found == null ? Variants.NONE : found;
    }

    /// To hand back with what is to be stored.
    Ticket ticket(String key) {
        return new Ticket(purges.get(stripe(key)), widePurges.get());
    }

    /// Changes what is stored for a key, unless it was purged since the ticket was given. Nothing left is nothing
    /// stored.
    boolean change(String key, Ticket ticket, UnaryOperator<Variants> change) {
        boolean[] done = new boolean[1];
        answers.asMap().compute(key, (k, old) -> {
            if (!ticket.equals(ticket(k))) {
                return old;
            }
            done[0] = true;
            Variants now = change.apply(old == null ? Variants.NONE : old);
            return now.answers().isEmpty() ? null : now;
        });
        return done[0];
    }

    void purge(String key) {
        answers.asMap().compute(key, (k, _) -> {
            purges.incrementAndGet(stripe(k));
            return null;
        });
    }

    void purgePrefix(String prefix) {
        widePurges.incrementAndGet();
        answers.asMap().keySet().removeIf(key -> key.startsWith(prefix));
    }

    long bytes() {
        return answers.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    long count() {
        return answers.estimatedSize();
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    /// How many purges there had been when the origin was asked.
    record Ticket(long purges, long widePurges) {}
}
