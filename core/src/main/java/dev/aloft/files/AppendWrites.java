package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Adds bytes to the ends of objects, which S3 itself cannot.
///
/// A new version is made of the old one and the new bytes, on the condition that the old one is still there; when
/// another host was faster, it begins again, for at most [#RETRY_LIMIT]. Appends of this host wait for each other
/// instead, as long at most. A small object is fetched and written; of a large one only the new bytes travel.
final class AppendWrites {

    static final Duration RETRY_LIMIT = Duration.ofSeconds(20);

    /// The longest pause before the next attempt.
    private static final int MAX_PAUSE_MILLIS = 200;

    /// The largest addition that is held so that it can be sent again.
    static final int MAX_HELD_BYTES = 16 << 20;

    private static final int LOCKS = 256;

    private final Bucket bucket;
    private final HeaderRules rules;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    AppendWrites(Bucket bucket, HeaderRules rules) {
        this.bucket = bucket;
        this.rules = rules;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// @param headers of an object that is made
    StoredObject append(FilePath path, InputStream body, WriteHeaders headers) throws IOException {
        ObjectKey key = path.key();
        byte[] held = body.readNBytes(MAX_HELD_BYTES);
        boolean all = held.length < MAX_HELD_BYTES;
        ReentrantLock lock = locks[Math.floorMod(key.hashCode(), LOCKS)];
        try {
            if (!lock.tryLock(RETRY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy(key, "another append of this host is under way", null);
            }
            try {
                if (all) {
                    return untilDone(path, held, headers);
                }
                return onceOnly(path, new SequenceInputStream(new ByteArrayInputStream(held), body), headers);
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            throw StoreException.interrupted("append to s3://" + bucket.name() + "/" + key, e);
        }
    }

    private StoredObject untilDone(FilePath path, byte[] addition, WriteHeaders headers)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + RETRY_LIMIT.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                // The cached metadata may be stale: the condition detects that, and costs no request if it is current.
                Duration age = attempt == 1 ? FileTree.STAT_AGE : Duration.ZERO;
                return once(path, new ByteArrayInputStream(addition), headers, age);
            } catch (StoreException e) {
                if (!changedMeanwhile(e)) {
                    throw e;
                }
                if (System.nanoTime() > end) {
                    throw busy(path.key(), "other hosts keep writing it", e);
                }
                // Hosts that were refused together must not come back together.
                Thread.sleep(ThreadLocalRandom.current().nextInt(Math.min(10 * attempt, MAX_PAUSE_MILLIS)));
            }
        }
    }

    private StoredObject onceOnly(FilePath path, InputStream addition, WriteHeaders headers) throws IOException {
        try {
            return once(path, addition, headers, Duration.ZERO);
        } catch (StoreException e) {
            throw changedMeanwhile(e) ? busy(path.key(), "another host wrote it meanwhile", e) : e;
        }
    }

    private static boolean changedMeanwhile(StoreException e) {
        return e.kind() == Kind.PRECONDITION || e.kind() == Kind.NOT_FOUND;
    }

    private StoreException busy(ObjectKey key, String found, @Nullable Exception cause) {
        return new StoreException(
                Kind.UNAVAILABLE, "cannot append to s3://" + bucket.name() + "/" + key + ": " + found, cause);
    }

    private StoredObject once(FilePath path, InputStream addition, WriteHeaders headers, Duration maxAge)
            throws IOException {
        ObjectKey key = path.key();
        Optional<StoredObject> old = bucket.head(key, maxAge);
        if (old.isEmpty()) {
            return bucket.put(
                    key, addition, -1, rules.of(path, headers), headers.metadata(), WriteCondition.ifAbsent());
        }
        StoredObject version = old.get();
        if (version.size() >= Bucket.EXTENDABLE_FROM_BYTES) {
            return bucket.extend(version, addition);
        }
        try (ObjectContent content = bucket.read(key, null, version.etag(), Duration.ZERO)) {
            return bucket.replace(version, new SequenceInputStream(content.body(), addition));
        }
    }
}
