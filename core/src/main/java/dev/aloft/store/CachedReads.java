package dev.aloft.store;

import dev.aloft.store.MetadataCache.Fact;
import dev.aloft.store.MetadataCache.Ticket;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads of objects that will be read again. An object of up to [BodyCache#MAX_OBJECT_BYTES] is fetched whole and
/// kept; of a larger one whose version is known, short ranges are fetched in blocks and kept, see [BlockCache].
/// Everything else comes straight from S3, as a stream.
///
/// Bytes that a reader has not taken yet are its tenant's share of memory, see [FairShare]; a reader for whom there is
/// no room gets its bytes straight from S3.
///
/// Bytes that are held are given without asking S3 only for a version that was asked for by name, or that was the
/// newest within the caller's `maxAge`. Safe for many threads.
final class CachedReads {

    private final MetadataCache known;
    private final BodyCache bodies;
    private final BlockCache blocks;
    private final Source source;
    private final FairShare.Share memory;

    CachedReads(MetadataCache known, StoreResources resources, Source source, FairShare.Share memory) {
        this.known = known;
        this.bodies = resources.bodies();
        this.blocks = resources.blocks();
        this.memory = memory;
        this.source = source;
    }

    /// S3 itself; see [Bucket#get].
    interface Source {
        Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition)
                throws IOException;
    }

    /// See [Bucket#read].
    ObjectContent read(ObjectKey key, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        Optional<StoredObject> fresh =
                version == null ? known.object(key, maxAge).flatMap(Fact::value) : Optional.empty();
        Optional<StoredObject> last =
                fresh.or(() -> known.last(key)).filter(o -> version == null || version.equals(o.etag()));
        boolean certain = version != null || fresh.isPresent();
        boolean large = last.filter(o -> o.size() > BodyCache.MAX_OBJECT_BYTES).isPresent();
        if (large && certain && range != null) {
            return part(last.get(), range.within(last.get().size()));
        }
        Optional<byte[]> held = last.flatMap(bodies::get);
        if (held.isPresent() && certain) {
            return heldOrFetched(last.get(), held.get(), range);
        }
        boolean fromStart = range == null || (range.first() == 0 && !large);
        Ticket ticket = known.ticket(key);
        Optional<ObjectContent> fetched = source.get(key, fromStart ? null : range, condition(version, held, last));
        if (fetched.isEmpty()) {
            known.learn(key, ticket, last);
            return heldOrFetched(last.orElseThrow(), held.orElseThrow(), range);
        }
        return fromStart ? keep(fetched.get(), range) : fetched.get();
    }

    private static ReadCondition condition(
            @Nullable String version, Optional<byte[]> held, Optional<StoredObject> last) {
        if (version != null) {
            return ReadCondition.version(version);
        }
        return held.isPresent() ? ReadCondition.otherThan(last.orElseThrow().etag()) : ReadCondition.any();
    }

    /// Part of a large object.
    private ObjectContent part(StoredObject version, ByteRange part) throws IOException {
        Lease room = room(version);
        if (part.length() > BlockCache.MAX_READ_BYTES || !room.tryGrowTo(part.length())) {
            return fetch(version, part);
        }
        try {
            byte[] bytes = blocks.read(version, part, missing -> fetch(version, missing));
            return new ObjectContent(version, part, room.over(bytes, 0, bytes.length));
        } catch (IOException | RuntimeException e) {
            room.close();
            throw e;
        }
    }

    private Lease room(StoredObject version) {
        return memory.lease("read " + version.key());
    }

    private ObjectContent heldOrFetched(StoredObject version, byte[] body, @Nullable ByteRange range)
            throws IOException {
        Lease room = room(version);
        return room.tryGrowTo(body.length) ? slice(version, body, range, room) : fetch(version, range);
    }

    private ObjectContent fetch(StoredObject version, @Nullable ByteRange part) throws IOException {
        return source.get(version.key(), part, ReadCondition.version(version.etag()))
                .orElseThrow();
    }

    /// Takes a whole answer in if it is small enough, and gives the range that was asked for.
    private ObjectContent keep(ObjectContent whole, @Nullable ByteRange range) throws IOException {
        StoredObject object = whole.object();
        Lease room = room(object);
        if (object.size() > BodyCache.MAX_OBJECT_BYTES || !room.tryGrowTo(object.size())) {
            return range == null ? whole : cut(whole, range);
        }
        byte[] body = new byte[(int) object.size()];
        try (whole) {
            whole.body().readNBytes(body, 0, body.length); // fails when S3 sends fewer
        } catch (IOException | RuntimeException e) {
            room.close();
            throw e;
        }
        bodies.put(object, body);
        return slice(object, body, range, room);
    }

    /// @param room for the body, held until the content is closed
    private static ObjectContent slice(StoredObject object, byte[] body, @Nullable ByteRange range, Lease room)
            throws IOException {
        if (range == null && object.size() == 0) {
            return new ObjectContent(object, null, InputStream.nullInputStream());
        }
        try {
            ByteRange part = (range == null ? ByteRange.from(0) : range).within(object.size());
            return new ObjectContent(object, part, room.over(body, (int) part.first(), (int) part.length()));
        } catch (StoreException e) {
            room.close();
            throw e;
        }
    }

    private static ObjectContent cut(ObjectContent content, ByteRange range) throws IOException {
        ByteRange part;
        try {
            part = range.within(content.object().size());
        } catch (StoreException e) {
            content.close();
            throw e;
        }
        return new ObjectContent(content.object(), part, new LimitedStream(content.body(), part.length()));
    }
}
