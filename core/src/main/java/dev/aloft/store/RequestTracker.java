package dev.aloft.store;

import dev.aloft.store.MetadataCache.Ticket;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Runs a tenant's requests: fails at once while the store is down, notes how each request ended, and enters each
/// change in the metadata cache and notifies the watchers. Safe for many threads.
final class RequestTracker {

    private final Health health;
    private final WriteDenial denial;
    private final MetadataCache known;
    private final ObjectChanges changes;

    RequestTracker(Health health, WriteDenial denial, MetadataCache known, ObjectChanges changes) {
        this.health = health;
        this.denial = denial;
        this.known = known;
        this.changes = changes;
    }

    /// The known reason why a write would fail now; S3 is not asked.
    Optional<StoreException> writeProblem() {
        return health.trouble().map(Health.Trouble::again).or(denial::problem);
    }

    /// Runs a request that stores nothing.
    <T> T run(Call<T> call) throws IOException {
        health.requireUp();
        try {
            return call.run();
        } catch (StoreException e) {
            health.failed(e);
            throw e;
        }
    }

    /// Runs a request that stores bytes: a refusal is remembered as the tenant's [WriteDenial].
    <T> T store(Call<T> call) throws IOException {
        try {
            T result = run(call);
            denial.succeeded();
            return result;
        } catch (StoreException e) {
            denial.failed(e);
            throw e;
        }
    }

    /// Runs the request that makes a version of an object.
    StoredObject write(ObjectKey key, Call<StoredObject> call) throws IOException {
        Ticket ticket = known.ticket(key);
        return change(key, () -> {
            StoredObject now = store(call);
            known.written(now, ticket);
            return now;
        });
    }

    /// Runs the request that deletes an object.
    void delete(ObjectKey key, Deletion call) throws IOException {
        deleted(key, () -> {
            call.run();
            return key;
        });
    }

    /// The same for a request that has a result. None is there when it returns.
    <T> T deleted(ObjectKey key, Call<T> call) throws IOException {
        Ticket ticket = known.ticket(key);
        return change(key, () -> {
            T result = run(call);
            known.deleted(key, ticket);
            return result;
        });
    }

    private <T> T change(ObjectKey key, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (IOException | RuntimeException e) {
            known.doubtful(key);
            throw e;
        } finally {
            changes.here(key);
        }
    }

    /// Runs the requests that delete many objects, each for as many as S3 takes.
    ///
    /// @param request deletes a batch, and gives the keys that are not deleted, each with S3's code for the reason
    DeleteReport deleteAll(List<ObjectKey> keys, Batch request) throws IOException {
        List<ObjectKey> each = keys.stream().distinct().toList();
        Map<ObjectKey, String> failures = new HashMap<>();
        for (int from = 0; from < each.size(); from += ListQuery.MAX_LIMIT) {
            List<ObjectKey> batch = each.subList(from, Math.min(each.size(), from + ListQuery.MAX_LIMIT));
            failures.putAll(deleteBatch(batch, () -> request.delete(batch)));
        }
        return new DeleteReport(each.size() - failures.size(), failures);
    }

    private Map<ObjectKey, String> deleteBatch(List<ObjectKey> keys, Call<Map<ObjectKey, String>> call)
            throws IOException {
        Map<ObjectKey, Ticket> tickets = keys.stream().collect(Collectors.toMap(Function.identity(), known::ticket));
        try {
            Map<ObjectKey, String> failures = run(call);
            tickets.forEach((key, ticket) -> {
                if (failures.containsKey(key)) {
                    known.doubtful(key);
                } else {
                    known.deleted(key, ticket);
                }
            });
            return failures;
        } catch (IOException | RuntimeException e) {
            keys.forEach(known::doubtful);
            throw e;
        } finally {
            keys.forEach(changes::here);
        }
    }

    interface Call<T> {
        T run() throws IOException;
    }

    interface Batch {
        Map<ObjectKey, String> delete(List<ObjectKey> keys) throws IOException;
    }

    interface Deletion {
        void run() throws IOException;
    }
}
