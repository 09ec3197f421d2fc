package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Writes objects from streams and sources: in one PUT when the bytes fit a part, else in parts.
///
/// An object appears whole when its write returns, or not at all. A part of a stream is held in memory until S3 has
/// it, so that it can be sent again, and the bytes of a single PUT go to the [BodyCache]; the room for parts is the
/// tenant's share of the store's, see [FairShare], and is taken when there are bytes to hold. A write in parts that
/// fails is aborted, so that no parts are left to be paid for.
///
/// When S3's answer is lost the client sends the request again, and a conditional write then finds its own object
/// in its way; and a server that refuses a write before it has the body, and hangs up, is heard as a broken
/// connection. So each such write leaves a mark of its own in the object's metadata, and one that is refused on a
/// repetition, or breaks, looks for it.
final class ObjectUploads {

    /// The size of a part, and of the largest object that is one PUT.
    static final int PART_BYTES = 16 << 20;

    /// The size of the parts after [#SMALL_PARTS], so that S3's limit of 10,000 parts is reached at about 590 GB.
    static final int LARGE_PART_BYTES = 64 << 20;

    static final int SMALL_PARTS = 1000;
    static final int MAX_PARTS = 10_000;

    /// S3's smallest part, but for the last.
    static final int MIN_PART_BYTES = 5 << 20;

    /// The largest body that is held although its source can be read again: opening a file twice costs more.
    static final int MAX_HELD_BYTES = 64 << 10;

    /// The maximum number of parts of sources that travel at the same time, whatever number of objects they belong to:
    /// more would only take a slow line from each other, until all are too slow for the time limit.
    static final int MAX_SOURCE_PARTS = 8;

    /// The largest object that is copied inside S3 by one request, which has one time limit.
    static final long MAX_COPY_BYTES = 256L << 20;

    /// The size of the parts of a copy, unless that gives more than [#MAX_PARTS].
    static final long COPIED_PART_BYTES = 128L << 20;

    private final S3Requests requests;
    private final ConditionalSupport conditions;
    private final ExclusiveCreation creation;
    private final BodyCache bodies;
    private final FairShare.Share memory;
    private final Semaphore sourceParts = new Semaphore(MAX_SOURCE_PARTS, true);

    ObjectUploads(S3Requests requests, ConditionalSupport conditions, BodyCache bodies, FairShare.Share memory) {
        this.requests = requests;
        this.conditions = conditions;
        this.creation = new ExclusiveCreation(requests);
        this.bodies = bodies;
        this.memory = memory;
    }

    /// @param length of the body in bytes, or -1 when only its end will tell
    StoredObject write(Target target, InputStream body, long length) throws IOException {
        try (Lease room = room(target)) {
            Parts parts = new Parts(body, length, room);
            int first = parts.nextLength();
            if (first < PART_BYTES || first == length) {
                requireWhole(target, length, first);
                return put(target, parts.take());
            }
            return inParts(target, null, parts, length);
        }
    }

    /// Writes an object from a source that is read again for each attempt, so that large bodies are never held.
    ///
    /// @param length of the body in bytes
    StoredObject write(Target target, ByteSource source, long length) throws IOException {
        if (length <= MAX_HELD_BYTES) {
            try (InputStream body = source.open(0)) {
                return write(target, body, length);
            }
        }
        if (length <= PART_BYTES) {
            conditions.requireSupported(target, false);
            SourceBody body = new SourceBody(source, 0, length, "write " + requests.uri(target.key));
            return conditional(target, () -> body.send(() -> requests.put(target, length, body)));
        }
        return inParts(target, upload -> {
            long count;
            for (long from = 0; from < length; from += count) {
                count = Math.min(partBytes(upload), length - from);
                upload.send(source, from, count);
            }
        });
    }

    /// Writes a version that lies in this bucket, at least [#MIN_PART_BYTES] long, followed by the body; the
    /// version is copied inside S3.
    StoredObject extend(Target target, StoredObject head, InputStream body) throws IOException {
        try (Lease room = room(target)) {
            return inParts(target, head, new Parts(body, -1, room), -1);
        }
    }

    private StoredObject inParts(Target target, @Nullable StoredObject head, Parts parts, long length)
            throws IOException {
        return inParts(target, upload -> {
            if (head != null) {
                copy(upload, CopySource.newest(requests.bucket(), head), head.size());
            }
            long sent = 0;
            while (parts.nextLength() > 0) {
                sent += parts.nextLength();
                upload.send(parts.take());
                parts.read(partBytes(upload));
            }
            requireWhole(target, length, sent);
        });
    }

    private StoredObject inParts(Target target, Filling filling) throws IOException {
        PartUpload upload = begin(target);
        try {
            filling.run(upload);
            return complete(target, upload);
        } catch (IOException | RuntimeException e) {
            upload.abort();
            throw e;
        }
    }

    PartUpload begin(Target target) throws StoreException {
        conditions.requireSupported(target, true);
        return PartUpload.begin(requests, target, memory, sourceParts);
    }

    StoredObject complete(Target target, PartUpload upload) throws IOException {
        if (requests.provider().losesConditionsInParts() && !(target.condition instanceof WriteCondition.Always)) {
            List<CompletedPart> _ = upload.done();
            requireHolding(target);
        }
        return conditional(target, upload::complete);
    }

    StoredObject put(Target target, byte[] body) throws IOException {
        conditions.requireSupported(target, false);
        StoredObject written = conditional(target, () -> requests.put(target, body));
        bodies.put(written, body);
        return written;
    }

    /// The size of the next part of an upload.
    int partBytes(@Nullable PartUpload upload) {
        return upload == null || upload.count() < SMALL_PARTS ? PART_BYTES : LARGE_PART_BYTES;
    }

    /// Copies an object inside S3, with the target's headers, on the target's condition.
    ///
    /// S3's own CopyObject takes no more than 5 GiB, and few servers know a condition on it. An upload in parts
    /// that are copied takes both.
    StoredObject copyInParts(Target target, CopySource source, long size) throws IOException {
        if (size == 0) {
            return put(target, new byte[0]);
        }
        return inParts(target, upload -> copy(upload, source, size));
    }

    private static void copy(PartUpload upload, CopySource source, long size) throws IOException {
        for (ByteRange range : copiedParts(size)) {
            upload.copy(source, range);
        }
    }

    /// Cuts an object above [#MAX_COPY_BYTES] into parts of one size, about [#COPIED_PART_BYTES], so that the last is
    /// not below [#MIN_PART_BYTES].
    static List<ByteRange> copiedParts(long size) {
        long count = size <= MAX_COPY_BYTES ? 1 : Math.min(MAX_PARTS - 1, Math.ceilDiv(size, COPIED_PART_BYTES));
        long step = Math.ceilDiv(size, count);
        List<ByteRange> ranges = new ArrayList<>();
        for (long from = 0; from < size; from += step) {
            ranges.add(ByteRange.of(from, Math.min(size, from + step) - 1));
        }
        return ranges;
    }

    /// Looks whether the condition of a write holds at the last moment before it. Another writer can come between.
    private void requireHolding(Target target) throws StoreException {
        if (!target.condition.holds(requests.head(target.key))) {
            throw changed(requests, target, null);
        }
    }

    private StoredObject conditional(Target target, Write write) throws IOException {
        return target.condition instanceof WriteCondition.Absent && conditions.needsOrder(target.key)
                ? creation.run(target, write)
                : settled(requests, target, write);
    }

    /// Makes a write, and finds out what became of it where the answer does not say.
    static StoredObject settled(S3Requests requests, Target target, Write write) throws IOException {
        try {
            return write.run();
        } catch (StoreException e) {
            if (S3Errors.refusesRepetition(e)) {
                return requests.written(target.key, target.mark).orElseThrow(() -> e);
            }
            if (S3Errors.isBroken(e) && !(target.condition instanceof WriteCondition.Always)) {
                return foundWritten(requests, target, e);
            }
            throw e;
        }
    }

    private static StoreException changed(S3Requests requests, Target target, @Nullable StoreException broken) {
        return new StoreException(
                Kind.PRECONDITION, requests.uri(target.key) + ": another version is there, or none", broken);
    }

    /// A connection that broke says nothing of the condition; the object does.
    private static StoredObject foundWritten(S3Requests requests, Target target, StoreException broken)
            throws StoreException {
        try {
            Optional<StoredObject> own = requests.written(target.key, target.mark);
            if (own.isPresent()) {
                return own.get();
            }
            if (!target.condition.holds(requests.head(target.key))) {
                throw changed(requests, target, broken);
            }
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION ? e : broken;
        }
        throw broken;
    }

    /// The parts of a body. Each is held until it is taken: behind it, the memory of the write is for the next one.
    private static final class Parts {

        private static final byte[] NONE = {};

        private final InputStream body;
        private final Lease room;
        private byte[] next;

        /// Reads the first part.
        ///
        /// @param length of the body in bytes, or -1 when only its end will tell
        Parts(InputStream body, long length, Lease room) throws IOException {
            this.body = body;
            this.room = room;
            this.next = room.read(body, length, PART_BYTES);
        }

        /// In bytes; 0 at the end.
        int nextLength() {
            return next.length;
        }

        byte[] take() {
            byte[] taken = next;
            next = NONE;
            return taken;
        }

        void read(int most) throws IOException {
            next = room.read(body, -1, most);
        }
    }

    private void requireWhole(Target target, long length, long read) throws StoreException {
        if (length >= 0 && read != length) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot write " + requests.uri(target.key) + ": expected " + length + " bytes, got " + read);
        }
    }

    /// Room for the bytes of a write, none of it taken yet.
    Lease room(Target target) {
        return memory.lease("write " + requests.uri(target.key));
    }

    /// The destination, headers and condition of a write.
    ///
    /// @param metadata the user's own
    /// @param mark distinguishes this write's object from every other
    record Target(
            ObjectKey key, ObjectHeaders headers, Map<String, String> metadata, WriteCondition condition, String mark) {

        /// The metadata name by which a write finds its own object.
        static final String MARK = "aloft-write";

        Target(ObjectKey key, ObjectHeaders headers, Map<String, String> metadata, WriteCondition condition) {
            this(key, headers, metadata, condition, UUID.randomUUID().toString());
        }

        /// The same write, whose object is a [MovedCopy].
        Target asMovedCopy() {
            return new Target(key, headers, metadata, condition, MovedCopy.newMark());
        }

        /// True if the object gets the mark where it is no upload in parts, which always has one.
        boolean isMarked() {
            return !(condition instanceof WriteCondition.Always) || MovedCopy.isMark(mark);
        }

        /// The user's metadata, and the mark under [#MARK].
        Map<String, String> markedMetadata() {
            Map<String, String> all = new HashMap<>(metadata);
            all.put(MARK, mark);
            return all;
        }

        /// The `If-None-Match` header of the write; null for none.
        @Nullable
        String ifNoneMatch() {
            return condition instanceof WriteCondition.Absent ? "*" : null;
        }
    }

    private interface Filling {
        void run(PartUpload upload) throws IOException;
    }

    interface Write {
        StoredObject run() throws IOException;
    }
}
