package dev.aloft.cli.backup;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.store.BucketRules;
import dev.aloft.store.BucketRules.ObjectLock;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
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
/// Lock is enabled. Of the objects beyond the first [#MAX_ASKED], or where S3 does not tell, the bucket's default is
/// taken. For one thread.
final class RetainedVersions {

    /// The maximum number of objects that are named.
    static final int MAX_NAMED = 100;

    /// The maximum number of objects that S3 is asked for, one request each.
    static final int MAX_ASKED = 1000;

    private static final int ASKED_AT_ONCE = 32;

    /// S3 counts a retention from its own time of the write, which may have been rounded.
    private static final Duration ROUNDING = Duration.ofMinutes(1);

    private final BucketRules rules;
    private boolean isAsked;
    private Optional<ObjectLock> lock = Optional.empty();
    private boolean isUnknown;
    private int questions = MAX_ASKED;
    private Optional<Instant> until = Optional.empty();
    private final Map<ObjectKey, Instant> longer = new TreeMap<>();
    private long unnamed;
    private long unasked;

    RetainedVersions(BucketRules rules) {
        this.rules = rules;
    }

    /// Looks at objects that are about to be deleted.
    void add(List<StoredObject> objects) throws IOException {
        if (lock().isEmpty()) {
            return;
        }
        Map<ObjectKey, Optional<Instant>> answers = ask(objects);
        for (StoredObject object : objects) {
            Optional<Instant> byDefault = lock().get()
                    .retention()
                    .map(period -> object.modified()
                            .atOffset(ZoneOffset.UTC)
                            .plus(period)
                            .toInstant());
            Optional<Instant> own = answers.getOrDefault(object.key(), byDefault);
            unasked += answers.containsKey(object.key()) ? 0 : 1;
            own.ifPresent(moment -> {
                until = Optional.of(until.filter(moment::isBefore).orElse(moment));
                if (byDefault.isEmpty() || moment.isAfter(byDefault.get().plus(ROUNDING))) {
                    name(object.key(), moment);
                }
            });
        }
    }

    private Optional<ObjectLock> lock() {
        if (!isAsked) {
            isAsked = true;
            try {
                lock = rules.objectLock();
            } catch (StoreException e) {
                isUnknown = true;
            }
        }
        return lock;
    }

    private Map<ObjectKey, Optional<Instant>> ask(List<StoredObject> objects) throws IOException {
        Map<ObjectKey, Optional<Instant>> answers = new ConcurrentHashMap<>();
        List<StoredObject> asked = objects.subList(0, Math.min(objects.size(), questions));
        questions -= asked.size();
        try (ParallelTasks tasks = new ParallelTasks(ASKED_AT_ONCE)) {
            for (StoredObject object : asked) {
                tasks.add(() -> answers.put(object.key(), rules.retainedUntil(object.key())));
            }
            tasks.finish();
        } catch (StoreException e) {
            questions = 0;
        }
        return answers;
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

    /// The number of objects for which the default was taken.
    long unasked() {
        return unasked;
    }

    /// True if S3 does not tell whether Object Lock is enabled.
    boolean isUnknown() {
        return isUnknown;
    }
}
