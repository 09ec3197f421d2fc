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
import java.util.concurrent.locks.ReentrantLock;

/// Adds bytes to the ends of objects, which S3 itself cannot.
///
/// A new version is made of the old one and the new bytes, on the condition that the old one is still there; when
/// another host was faster, it begins again. Appends of this host wait for each other instead. A small object is
/// fetched and written; of a large one only the new bytes travel.
final class Appends {

    /// How often an append begins again when other hosts write the same file.
    static final int ATTEMPTS = 20;

    /// The largest addition that is held so that it can be sent again.
    static final int MAX_HELD_BYTES = 16 << 20;

    private static final int LOCKS = 256;

    private final Bucket bucket;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Appends(Bucket bucket) {
        this.bucket = bucket;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    StoredObject append(ObjectKey key, InputStream body) throws IOException {
        byte[] held = body.readNBytes(MAX_HELD_BYTES);
        boolean all = held.length < MAX_HELD_BYTES;
        ReentrantLock lock = locks[Math.floorMod(key.hashCode(), LOCKS)];
        lock.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    InputStream addition = new ByteArrayInputStream(held);
                    return once(key, all ? addition : new SequenceInputStream(addition, body));
                } catch (StoreException e) {
                    if (e.kind() != Kind.PRECONDITION || !all || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private StoredObject once(ObjectKey key, InputStream addition) throws IOException {
        Optional<StoredObject> old = bucket.head(key, Duration.ZERO);
        if (old.isEmpty()) {
            return bucket.put(key, addition, -1, ContentTypes.ofName(key.value()), WriteCondition.ifAbsent());
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
