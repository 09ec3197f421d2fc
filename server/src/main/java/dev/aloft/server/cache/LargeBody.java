package dev.aloft.server.cache;

import dev.aloft.server.cache.Content.DiskStream;
import dev.aloft.server.cache.Content.FilePart;
import dev.aloft.server.cache.Content.PacedStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// The body of one version of a large answer, on disk as far as it has been read: slices of [#SLICE_BYTES], each
/// fetched once for all readers, all of one entity tag.
///
/// A reader holds the file open; an evicted body stays readable until its last reader closes it. Safe for many
/// threads.
final class LargeBody {

    static final int SLICE_BYTES = 1 << 20;

    /// The number of missing slices that one request to the origin asks for.
    static final int MAX_RUN = 8;

    /// The number of slices that are sent in one part: as many as a mapping of 2 GiB has.
    private static final int MAX_SENT = Integer.MAX_VALUE / SLICE_BYTES;

    /// The time that a reader waits for a slice.
    static final long SLICE_LIMIT_SECONDS = 60;

    private static final int BUFFER_BYTES = 64 << 10;

    private final SliceFile file;
    private final long length;
    private final String etag;
    private final BitSet present = new BitSet();

    /// Slices of an earlier process that are not verified yet.
    private final BitSet doubtful = new BitSet();

    private final Map<Integer, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
    private int readers;
    private boolean gone;
    private volatile boolean unwritable;

    LargeBody(SliceFile file, String etag) {
        this.file = file;
        this.length = file.length();
        this.etag = etag;
    }

    /// The body in a file of an earlier process.
    static LargeBody takenOver(SliceFile file, String etag) throws IOException {
        LargeBody body = new LargeBody(file, etag);
        body.present.or(file.sealed());
        body.doubtful.or(body.present);
        return body;
    }

    /// Writes the header of the answer to the file. If that fails, later processes do not take the file over.
    void describe(byte[] description) throws IOException {
        try {
            if (file.describe(description)) {
                return;
            }
        } catch (IOException e) {
            file.delete();
            throw e;
        }
        file.delete();
    }

    /// The origin of a body.
    interface Source {

        /// Fetches missing slices: reads a range of this version into [#fill] on another thread, and finally calls
        /// [#ended].
        void fetch(LargeBody body, int firstSlice, int lastSlice);

        /// Opens a range of this version, which is not stored.
        ///
        /// @param end offset behind the last byte
        InputStream open(LargeBody body, long first, long end) throws IOException;
    }

    long length() {
        return length;
    }

    String etag() {
        return etag;
    }

    /// Offset of a slice; for the index after the last one, the length of the body.
    long offset(int slice) {
        return Math.min(length, (long) slice * SLICE_BYTES);
    }

    /// The number of its bytes on disk.
    synchronized long bytesHeld() {
        return Math.min(length, (long) present.cardinality() * SLICE_BYTES);
    }

    /// True if it has been evicted, or the origin has another version.
    synchronized boolean isGone() {
        return gone;
    }

    /// Deletes the file and admits no new reader.
    void drop() throws IOException {
        file.delete();
        leaveToOthers();
    }

    /// Keeps the file for a later process and admits no new reader.
    void leaveToOthers() throws IOException {
        synchronized (this) {
            gone = true;
            if (readers > 0) {
                return;
            }
        }
        file.close();
    }

    /// Opens a part; null if the body is gone.
    @Nullable
    DiskStream open(long first, long count, Source source) {
        synchronized (this) {
            if (gone) {
                return null;
            }
            readers++;
        }
        return new Reader(first, first + count, source);
    }

    /// Stores slices while the stream has whole ones.
    ///
    /// @throws EOFException if it ends within the requested slices
    void fill(InputStream bytes, int firstSlice, int lastSlice) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int slice = firstSlice; slice <= lastSlice; slice++) {
            long at = offset(slice);
            long end = offset(slice + 1);
            CRC32C sum = new CRC32C();
            while (at < end) {
                int read = bytes.read(buffer, 0, (int) Math.min(buffer.length, end - at));
                if (read < 0) {
                    throw new EOFException("slice " + slice + " ended " + (end - at) + " bytes early");
                }
                sum.update(buffer, 0, read);
                file.write(ByteBuffer.wrap(buffer, 0, read), at);
                at += read;
            }
            file.seal(slice, (int) sum.getValue());
            arrived(slice);
        }
    }

    private void arrived(int slice) {
        synchronized (this) {
            present.set(slice);
            doubtful.clear(slice);
        }
        CompletableFuture<Boolean> waiting = underWay.remove(slice);
        if (waiting != null) {
            waiting.complete(true);
        }
    }

    /// Reports that no more of these slices will arrive.
    void ended(int firstSlice, int lastSlice) {
        for (int slice = firstSlice; slice <= lastSlice; slice++) {
            CompletableFuture<Boolean> waiting = underWay.remove(slice);
            if (waiting != null) {
                waiting.complete(false);
            }
        }
    }

    /// Claims consecutive missing slices for one request, up to the first that another request is fetching.
    ///
    /// @return the last one claimed, or `slice - 1` for none
    int claim(int slice, int lastWanted) {
        int last = slice - 1;
        while (last < lastWanted && last - slice + 1 < MAX_RUN && !isPresent(last + 1)) {
            CompletableFuture<Boolean> arrival = new CompletableFuture<>();
            if (underWay.putIfAbsent(last + 1, arrival) != null) {
                break;
            }
            if (isPresent(last + 1)) { // It arrived between the two checks.
                underWay.remove(last + 1, arrival);
                arrival.complete(true);
                break;
            }
            last++;
        }
        return last;
    }

    /// The slice behind those that can be sent together, beginning with one that is there.
    private synchronized int endOfRun(int slice) {
        int missing = present.nextClearBit(slice);
        int unverified = doubtful.nextSetBit(slice);
        int end = unverified < 0 ? missing : Math.min(missing, unverified);
        return Math.min(end, slice + MAX_SENT);
    }

    private synchronized boolean isPresent(int slice) {
        return present.get(slice);
    }

    /// Verifies a slice of another process once. A slice that does not match its checksum is missing.
    private void look(int slice) throws IOException {
        synchronized (this) {
            if (!doubtful.get(slice)) {
                return;
            }
        }
        boolean fits = file.fits(slice, offset(slice), (int) (offset(slice + 1) - offset(slice)));
        synchronized (this) {
            if (doubtful.get(slice)) {
                doubtful.clear(slice);
                present.set(slice, fits);
            }
        }
    }

    /// Waits until a slice is on disk.
    ///
    /// @return false if the disk does not take it
    private boolean require(int slice, int lastWanted, Source source) throws IOException {
        look(slice);
        if (isPresent(slice)) {
            return true;
        }
        if (unwritable) {
            return false;
        }
        int last = claim(slice, lastWanted);
        CompletableFuture<Boolean> arrival = underWay.get(slice);
        if (last >= slice) {
            source.fetch(this, slice, last);
        }
        try {
            if (arrival != null) {
                var _ = arrival.get(SLICE_LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw missing("slice " + slice + " did not come: " + e);
        }
        boolean present = isPresent(slice);
        if (!present && !unwritable) {
            throw missing("slice " + slice + " of version " + etag + " cannot be had");
        }
        return present;
    }

    /// Reports that the disk takes no more of it: readers get the missing slices from the origin.
    void markUnwritable() {
        unwritable = true;
    }

    private static Origin.Failure missing(String message) {
        return new Origin.Failure(HttpStatus.SERVICE_UNAVAILABLE_503, "Service Unavailable", message, null);
    }

    private void leave() throws IOException {
        synchronized (this) {
            readers--;
            if (readers > 0 || !gone) {
                return;
            }
        }
        file.close();
    }

    /// Reads slice after slice, and the rest from the origin once the disk does not take one.
    private final class Reader extends DiskStream {

        private final long end;
        private final Source source;
        private long at;
        private boolean closed;
        private @Nullable InputStream rest;

        Reader(long first, long end, Source source) {
            this.at = first;
            this.end = end;
            this.source = source;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (at >= end) {
                return -1;
            }
            int read = isReady()
                    ? file.read(ByteBuffer.wrap(into, offset, (int) Math.min(count, endOfSlice() - at)), at)
                    : rest().read(into, offset, (int) Math.min(count, end - at));
            if (read < 0) {
                throw new EOFException("a large answer ends " + (end - at) + " bytes early");
            }
            at += read;
            return read;
        }

        private InputStream rest() throws IOException {
            if (rest == null) {
                rest = source.open(LargeBody.this, at, end);
                if (rest instanceof PacedStream paced) {
                    paced.goAtClientsPace();
                }
            }
            return rest;
        }

        @Override
        public boolean isFromOrigin() {
            return rest != null;
        }

        @Override
        public void idle(Duration time) throws IOException {
            if (rest instanceof PacedStream paced) {
                paced.idle(time);
            }
        }

        @Override
        public @Nullable FilePart part() throws IOException {
            if (at >= end || !isReady()) {
                return null;
            }
            long last = Math.min(end, offset(endOfRun((int) (at / SLICE_BYTES))));
            FilePart part = file.part(at, (int) (last - at));
            at = last;
            return part;
        }

        /// True once the next byte is on disk, false if it comes from the origin.
        private boolean isReady() throws IOException {
            return rest == null && require((int) (at / SLICE_BYTES), (int) ((end - 1) / SLICE_BYTES), source);
        }

        private long endOfSlice() {
            return Math.min(end, offset((int) (at / SLICE_BYTES) + 1));
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (rest != null) {
                    rest.close();
                }
            } finally {
                leave();
            }
        }
    }
}
