package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One version of an object as the source of a write to another store. A read that breaks is resumed where it ended.
/// Safe for many threads; close it when the write has ended.
public final class ObjectSource implements ByteSource, AutoCloseable {

    /// The number of attempts without a byte between them.
    private static final int MAX_ATTEMPTS = 3;

    /// The largest object whose bytes come together with its headers. The parts of larger ones wait for their turn, and
    /// an open answer would wait with them.
    private static final long MAX_OPENED_BYTES = 8 << 20;

    private final Bucket bucket;
    private final StoredObject object;
    private final AtomicReference<@Nullable InputStream> opened = new AtomicReference<>();

    ObjectSource(Bucket bucket, StoredObject object) {
        this.bucket = bucket;
        this.object = object;
    }

    /// Takes the newest version of an object: by one request, unless it is large or empty.
    ///
    /// @param size as listed
    /// @throws StoreException of kind `NOT_FOUND` if there is none
    public static ObjectSource of(Bucket bucket, ObjectKey key, long size) throws IOException {
        if (size == 0 || size > MAX_OPENED_BYTES) {
            return new ObjectSource(
                    bucket,
                    bucket.head(key, Duration.ZERO)
                            .orElseThrow(() -> new StoreException(
                                    Kind.NOT_FOUND, "cannot read s3://" + bucket.name() + "/" + key + ": it is gone")));
        }
        ObjectContent content = bucket.get(key, null, ReadCondition.any()).orElseThrow();
        ObjectSource source = new ObjectSource(bucket, content.object());
        source.opened.set(content.body());
        return source;
    }

    /// The version, with its headers and metadata.
    public StoredObject object() {
        return object;
    }

    /// @throws StoreException of kind `PRECONDITION` or `NOT_FOUND` when the version is not the newest any more
    @Override
    public InputStream open(long offset) throws IOException {
        if (offset == object.size()) {
            return InputStream.nullInputStream();
        }
        InputStream first = offset == 0 ? opened.getAndSet(null) : null;
        return new Reading(offset, first == null ? get(offset) : first);
    }

    private InputStream get(long offset) throws IOException {
        ByteRange range = offset == 0 ? null : ByteRange.from(offset);
        return bucket.get(object.key(), range, ReadCondition.version(object.etag()))
                .orElseThrow()
                .body();
    }

    @Override
    public void close() throws IOException {
        try (InputStream _ = opened.getAndSet(null)) {
            // a body that was not read gives its connection up
        }
    }

    private final class Reading extends InputStream {

        private long at;
        private InputStream body;
        private int attempts = 1;

        Reading(long offset, InputStream body) {
            this.at = offset;
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            while (true) {
                try {
                    int n = body.read(target, offset, count);
                    at += Math.max(0, n);
                    attempts = n > 0 ? 1 : attempts;
                    return n;
                } catch (StoreException e) {
                    if (!e.kind().passing() || ++attempts > MAX_ATTEMPTS || at >= object.size()) {
                        throw e;
                    }
                    body.close();
                    body = get(at);
                }
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
