package dev.aloft.store;

import dev.aloft.store.MetadataCache.Fact;
import dev.aloft.store.MetadataCache.Ticket;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lookups and reads of objects in S3. Every answer goes into the metadata cache; what is missing is asked of the
/// fallback. Safe for many threads.
record ObjectReads(RequestTracker tracker, S3Requests requests, MetadataCache known, FallbackObjects fallback) {

    /// Looks an object up, in the cache or in S3.
    Optional<StoredObject> head(ObjectKey key, Duration maxAge) throws IOException {
        Optional<Fact<Optional<StoredObject>>> fact = known.object(key, maxAge);
        if (fact.isPresent()) {
            return fact.get().value();
        }
        Ticket ticket = known.ticket(key);
        Optional<StoredObject> found = tracker.run(() -> requests.head(key));
        if (found.isEmpty()) {
            found = fallback.bring(key);
        }
        known.learn(key, ticket, found);
        return found;
    }

    /// True if any key begins with `prefix`, by the cache or by S3.
    boolean hasKeysUnder(String prefix, Duration maxAge) throws IOException {
        Optional<Fact<Boolean>> fact = known.prefix(prefix, maxAge);
        if (fact.isPresent()) {
            return fact.get().value();
        }
        Ticket ticket = known.ticket(prefix);
        boolean found = !tracker.run(() -> requests.list(ListQuery.flat(prefix).withLimit(1)))
                        .isEmpty()
                || fallback.hasFilesUnder(prefix);
        known.learn(prefix, ticket, found);
        return found;
    }

    /// Opens an object as a stream from S3, see [Bucket#get].
    Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition) throws IOException {
        Ticket ticket = known.ticket(key);
        try {
            Optional<ObjectContent> content = tracker.run(() -> requests.get(key, range, condition));
            content.ifPresent(c -> known.learn(key, ticket, Optional.of(c.object())));
            return content;
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                if (fallback.bring(key).isPresent()) {
                    return tracker.run(() -> requests.get(key, range, condition));
                }
                known.learn(key, ticket, Optional.empty());
            }
            throw e;
        }
    }
}
