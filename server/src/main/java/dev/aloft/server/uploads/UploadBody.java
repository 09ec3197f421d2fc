package dev.aloft.server.uploads;

import dev.aloft.server.cache.Content.PacedStream;
import dev.aloft.server.cache.Origin.Failure.RepresentationGone;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bytes of one version of an upload on their way from S3.
///
/// If S3 breaks off, it requests the rest of the same version, at most [#MAX_BREAKS] times. (A timeout is final: the
/// client has waited long enough.) It fails before it returns a byte of another version.
///
/// For a client that takes the bytes at its own pace ([#goAtClientsPace]) it needs a place to hold a connection to
/// S3, and gives up both while the client takes nothing. What follows then comes in pieces of [#PIECE_BYTES], so
/// that no more than one is asked for in vain, and between two of them others have their turn. For one thread.
final class UploadBody extends PacedStream {

    static final int MAX_BREAKS = 2;
    static final int PIECE_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(UploadBody.class);

    private final Bucket bucket;
    private final StoredObject version;
    private final SlowReaderSlots slots;
    private final long end;
    private long at;
    private long openUntil;
    private int breaks;
    private boolean clientsPace;
    private boolean slow;
    private boolean holdsSlot;
    private @Nullable InputStream open;

    UploadBody(Bucket bucket, ObjectContent content, SlowReaderSlots slots) {
        ByteRange range = content.range();
        this.bucket = bucket;
        this.version = content.object();
        this.slots = slots;
        this.at = range == null ? 0 : range.first();
        this.end = at + content.length();
        this.openUntil = end;
        this.open = content.body();
    }

    /// Reads from now on only as fast as a client takes the bytes.
    @Override
    public void goAtClientsPace() throws IOException {
        clientsPace = true;
        holdsSlot = slots.tryAcquire();
        if (!holdsSlot) {
            giveUp();
        }
    }

    /// The client has taken nothing for so long. Gives the connection up if others need it.
    @Override
    public void idle(Duration time) throws IOException {
        if (open != null && slots.isIdleTooLong(time)) {
            slow = true;
            giveUp();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        while (at < end) {
            InputStream from = opened();
            try {
                int read = from.read(into, offset, (int) Math.min(count, openUntil - at));
                at += Math.max(read, 0);
                if (at == openUntil) {
                    giveUp();
                }
                return read;
            } catch (StoreException e) {
                giveUp();
                if (e.kind() != Kind.UNAVAILABLE || ++breaks > MAX_BREAKS) {
                    throw UploadsOrigin.failure(e);
                }
                LOG.debug("reading on at {}: {}", at, e.getMessage());
            }
        }
        return -1;
    }

    private InputStream opened() throws IOException {
        if (open != null) {
            return open;
        }
        if (clientsPace) {
            slots.acquire();
            holdsSlot = true;
        }
        try {
            openUntil = slow ? Math.min(end, at + PIECE_BYTES) : end;
            ByteRange rest = ByteRange.of(at, openUntil - 1);
            ObjectContent content = bucket.get(version.key(), rest, ReadCondition.version(version.etag()))
                    .orElseThrow();
            open = content.body();
            if (!rest.equals(content.range())
                    || !version.etag().equals(content.object().etag())) {
                throw new StoreException(
                        Kind.BAD_ANSWER,
                        "cannot read on in " + version.key() + " at " + at + ": S3 answers with something else");
            }
            return content.body();
        } catch (StoreException e) {
            giveUp();
            boolean gone = e.kind() == Kind.PRECONDITION || e.kind() == Kind.NOT_FOUND || e.kind() == Kind.RANGE;
            throw gone ? new RepresentationGone(String.valueOf(e.getMessage()), e) : UploadsOrigin.failure(e);
        }
    }

    private void giveUp() throws IOException {
        InputStream was = open;
        open = null;
        if (holdsSlot) {
            holdsSlot = false;
            slots.release();
        }
        if (was != null) {
            was.close();
        }
    }

    @Override
    public void close() throws IOException {
        giveUp();
    }
}
