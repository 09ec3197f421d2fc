package dev.aloft.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// The answers in memory, limited by their total size; eviction is by W-TinyLFU. Safe for many threads.
final class MemoryStore {

    private final Cache<String, Variants> answers;

    MemoryStore(long bytes) {
        // Its upkeep takes less time than to wake another thread for it.
        answers = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(bytes)
                .weigher((String key, Variants variants) -> 2 * key.length() + variants.weight())
                .build();
    }

    Variants get(String key) {
        Variants found = answers.getIfPresent(key);
        return found == null ? Variants.NONE : found;
    }

    /// Changes the stored answers of a key if `still` holds at that moment. Atomic with respect to a purge of the key.
    /// If no answer is left, the key is removed.
    ///
    /// @return whether it held
    boolean change(String key, BooleanSupplier still, UnaryOperator<Variants> change) {
        boolean[] done = new boolean[1];
        answers.asMap().compute(key, (_, old) -> {
            done[0] = still.getAsBoolean();
            if (!done[0]) {
                return old;
            }
            Variants now = change.apply(old == null ? Variants.NONE : old);
            return now.answers().isEmpty() ? null : now;
        });
        return done[0];
    }

    void purge(String key) {
        answers.asMap().remove(key);
    }

    void purgePrefix(String prefix) {
        answers.asMap().keySet().removeIf(key -> key.startsWith(prefix));
    }

    long bytes() {
        return answers.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    long count() {
        return answers.estimatedSize();
    }
}
