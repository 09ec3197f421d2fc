package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An object that is being written, piece by piece, with an unknown size. Public for [dev.aloft.files].
///
/// Nothing is visible before [#complete()], which makes the pieces one new version. What fits a part is one PUT;
/// more goes out in parts, several at a time, while the next is filled. The caller ends it, with
/// [#complete()] or [#abort()]; after a failure it can only be aborted. It holds at most [PartUpload#MAX_IN_FLIGHT] +
/// 1 parts in memory, and fails with [Kind#BUSY] where the share of memory for writes is in use. For one thread.
public final class ObjectWriter {

    private static final int FIRST_BYTES = Lease.UNCOUNTED_BYTES;

    private final RequestTracker tracker;
    private final ObjectUploads uploads;
    private final ObjectUploads.Target target;
    private final Lease room;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    private long size;
    private boolean ended;
    private @Nullable PartUpload parts;

    ObjectWriter(RequestTracker tracker, ObjectUploads uploads, ObjectUploads.Target target) {
        this.tracker = tracker;
        this.uploads = uploads;
        this.target = target;
        this.room = uploads.room(target);
    }

    /// The number of bytes written so far.
    public long size() {
        return size;
    }

    /// Adds bytes to the end.
    public void write(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        requireOpen();
        int from = offset;
        int left = count;
        while (left > 0) {
            int partBytes = uploads.partBytes(parts);
            if (filled == partBytes) {
                sendPart();
            }
            grow(Math.min(partBytes, filled + left), partBytes);
            int n = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, from, buffer, filled, n);
            filled += n;
            size += n;
            from += n;
            left -= n;
        }
    }

    /// Makes what was written the object's new version, and gives it.
    public StoredObject complete() throws IOException {
        requireOpen();
        StoredObject written = tracker.write(target.key(), this::finish);
        ended = true;
        release();
        return written;
    }

    /// Forgets what was written; the object stays as it was. Does nothing after the end.
    public void abort() {
        if (ended) {
            return;
        }
        ended = true;
        PartUpload begun = parts;
        if (begun != null) {
            begun.abort();
        }
        release();
    }

    private StoredObject finish() throws IOException {
        PartUpload begun = parts;
        if (begun == null) {
            return uploads.put(target, filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled));
        }
        if (filled > 0) {
            begun.send(Arrays.copyOf(buffer, filled));
            filled = 0;
        }
        return uploads.complete(target, begun);
    }

    private void sendPart() throws IOException {
        byte[] full = buffer;
        tracker.store(() -> {
            PartUpload begun = parts;
            if (begun == null) {
                begun = uploads.begin(target);
                parts = begun;
            }
            begun.send(full);
            return begun;
        });
        buffer = new byte[full.length];
        filled = 0;
    }

    private void grow(int needed, int partBytes) throws IOException {
        if (needed <= buffer.length) {
            return;
        }
        int larger = Math.max(needed, Math.min(partBytes, buffer.length * 2));
        room.growTo(larger);
        buffer = Arrays.copyOf(buffer, larger);
    }

    private void release() {
        room.close();
        buffer = new byte[0];
        filled = 0;
    }

    private void requireOpen() throws StoreException {
        if (ended) {
            throw new StoreException(Kind.INVALID, "cannot write " + target.key() + ": its write has ended already");
        }
    }
}
