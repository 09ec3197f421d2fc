package dev.aloft.cli.backup;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.store.BucketRules;
import dev.aloft.store.BucketRules.ObjectLock;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The versions that Object Lock keeps of what a prune deletes. Asks S3 for the retention of each object, where Object
/// Lock is enabled; where it may not be asked, the bucket's default is taken. For one thread.
final class RetainedVersions {

    /// The maximum number of objects that are named.
    static final int MAX_NAMED = 100;

    private static final int ASKED_AT_ONCE = 32;

    /// S3 counts a retention from its own time of the write, which may have been rounded.
    private static final Duration ROUNDING = Duration.ofMinutes(1);

    private final BucketRules rules;
    private boolean isAsked;
    private Optional<ObjectLock> lock = Optional.empty();
    private boolean isDenied;
    private Optional<Instant> until = Optional.empty();
    private final Map<ObjectKey, Instant> longer = new TreeMap<>();
    private long unnamed;

    RetainedVersions(BucketRules rules) {
        this.rules = rules;
    }

    /// Looks at objects that are about to be deleted.
    void add(List<StoredObject> objects) throws IOException {
        if (lock().isEmpty()) {
            return;
        }
        Map<ObjectKey, Instant> asked = isDenied ? Map.of() : ask(objects);
        for (StoredObject object : objects) {
            Optional<Instant> byDefault = lock().get()
                    .retention()
                    .map(period -> object.modified()
                            .atOffset(ZoneOffset.UTC)
                            .plus(period)
                            .toInstant());
            Optional<Instant> own = isDenied ? byDefault : Optional.ofNullable(asked.get(object.key()));
            own.ifPresent(moment -> {
                until = Optional.of(until.filter(moment::isBefore).orElse(moment));
                if (byDefault.isEmpty() || moment.isAfter(byDefault.get().plus(ROUNDING))) {
                    name(object.key(), moment);
                }
            });
        }
    }

    private Optional<ObjectLock> lock() throws StoreException {
        if (!isAsked) {
            isAsked = true;
            try {
                lock = rules.objectLock();
            } catch (StoreException e) {
                requireDenied(e);
            }
        }
        return lock;
    }

    private Map<ObjectKey, Instant> ask(List<StoredObject> objects) throws IOException {
        Map<ObjectKey, Instant> asked = new ConcurrentHashMap<>();
        try (ParallelTasks tasks = new ParallelTasks(ASKED_AT_ONCE)) {
            for (StoredObject object : objects) {
                tasks.add(() -> rules.retainedUntil(object.key()).ifPresent(moment -> asked.put(object.key(), moment)));
            }
            tasks.finish();
        } catch (StoreException e) {
            requireDenied(e);
            isDenied = true;
        }
        return asked;
    }

    private static void requireDenied(StoreException e) throws StoreException {
        if (e.kind() != Kind.DENIED) {
            throw e;
        }
    }

    private void name(ObjectKey key, Instant moment) {
        if (longer.size() < MAX_NAMED) {
            longer.put(key, moment);
        } else {
            unnamed++;
        }
    }

    /// The moment until which the last of them is kept; empty if none is.
    Optional<Instant> until() {
        return until;
    }

    /// The objects that are kept for longer than the bucket's default, at most [#MAX_NAMED] of them.
    Map<ObjectKey, Instant> longer() {
        return Collections.unmodifiableMap(longer);
    }

    /// The number of further such objects.
    long unnamed() {
        return unnamed;
    }
}
