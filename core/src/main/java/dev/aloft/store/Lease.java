package dev.aloft.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// Memory that one use of a store holds of its tenant's share. The caller closes it; closing it again does nothing.
/// Grows for one thread, and may be closed by another. Public for the agent, which holds bodies of its own.
public final class Lease implements AutoCloseable {

    /// So much of each body is held without counting, so that a body of which nothing has come costs nothing.
    static final int UNCOUNTED_BYTES = 8 << 10;

    /// The factor by which the room of a body of unknown length grows.
    private static final int GROWTH = 16;

    private final FairShare.Share share;
    private final String attempt;
    private final AtomicLong held = new AtomicLong();

    Lease(FairShare.Share share, String attempt) {
        this.share = share;
        this.attempt = attempt;
    }

    /// Holds so much from now on, or what it holds if that is more.
    ///
    /// @throws StoreException of kind `BUSY` when the tenant's share is in use
    public void growTo(long amount) throws StoreException {
        long now = held.get();
        if (amount > now) {
            try {
                share.take(amount - now, now > 0);
            } catch (FairShare.Full e) {
                throw S3Errors.of(attempt, e);
            }
            held.set(amount);
        }
    }

    /// The same where there is room at once.
    boolean tryGrowTo(long amount) {
        long now = held.get();
        if (amount > now && !share.tryTake(amount - now)) {
            return false;
        }
        held.set(Math.max(now, amount));
        return true;
    }

    /// Reads a body into memory, to its end or as much as `limit`. Room is taken when the first bytes have come.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell
    public byte[] read(InputStream body, long length, int limit) throws IOException {
        int most = (int) Math.min(limit, length < 0 ? limit : length);
        byte[] bytes = body.readNBytes(Math.min(most, UNCOUNTED_BYTES));
        int read = bytes.length;
        while (read == bytes.length && read < most && read > 0) {
            int room = length < 0 ? (int) Math.min(most, (long) GROWTH * read) : most;
            growTo(room);
            bytes = Arrays.copyOf(bytes, room);
            read += body.readNBytes(bytes, read, room - read);
        }
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
    }

    /// Bytes that are held as long as the stream is open.
    InputStream over(byte[] bytes, int offset, int count) {
        return new ByteArrayInputStream(bytes, offset, count) {
            @Override
            public void close() {
                Lease.this.close();
            }
        };
    }

    @Override
    public void close() {
        long was = held.getAndSet(0);
        if (was > 0) {
            share.giveBack(was);
        }
    }
}
