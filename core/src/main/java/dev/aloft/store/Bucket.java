package dev.aloft.store;

import dev.aloft.store.MetadataCache.Fact;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The objects of one bucket.
///
/// Writes are atomic: a new version appears whole, when the call returns, or not at all. Reads give one version. A
/// caller says how old an answer may be (`maxAge`); with [Duration#ZERO] S3 is asked. Whatever this process changed is
/// known to it at once, in every answer.
///
/// Every method fails with a [StoreException] within the store's time limit; while the bucket is known to be down, at
/// once. Keys are not hidden by their slashes here; that is for `files`. Safe for many threads; closed by its [Store].
public final class Bucket implements AutoCloseable {

    /// The least size of an object that [#extend] takes.
    public static final long EXTENDABLE_FROM_BYTES = Uploads.MIN_PART_BYTES;

    private final S3Requests requests;
    private final String where;
    private final Health health;
    private final Uploads uploads;
    private final MetadataCache known = new MetadataCache(InstantSource.system());
    private final BodyCache bodies = new BodyCache();

    Bucket(S3Requests requests, String where) {
        this.requests = requests;
        this.where = where;
        this.health = new Health(requests::headBucket, InstantSource.system());
        this.uploads = new Uploads(requests, bodies);
    }

    public String name() {
        return requests.bucket();
    }

    /// For messages: the endpoint that the bucket lies behind.
    public String where() {
        return where;
    }

    /// Asks S3 whether the bucket is there and these credentials reach it.
    public void demandReachable() throws StoreException {
        requests.headBucket();
    }

    /// What is known to stand in the way of a write now, without asking S3.
    public Optional<StoreException> writeProblem() {
        return health.writeProblem();
    }

    /// An object that is known to be there, from what was looked up, read or written within `maxAge`; S3 is not asked.
    public Optional<StoredObject> knownObject(ObjectKey key, Duration maxAge) {
        return known.object(key, maxAge).flatMap(Fact::value);
    }

    /// Whether an object is known to be missing, from what was looked up or deleted within `maxAge`; S3 is not asked.
    public boolean knownMissing(ObjectKey key, Duration maxAge) {
        return known.object(key, maxAge).filter(fact -> fact.value().isEmpty()).isPresent();
    }

    /// Whether keys begin with `prefix`, if that is known; S3 is not asked.
    public Optional<Boolean> knownPrefix(String prefix, Duration maxAge) {
        return known.prefix(prefix, maxAge).map(Fact::value);
    }

    /// Looks an object up.
    public Optional<StoredObject> head(ObjectKey key, Duration maxAge) throws IOException {
        Optional<Fact<Optional<StoredObject>>> fact = known.object(key, maxAge);
        if (fact.isPresent()) {
            return fact.get().value();
        }
        long ticket = known.ticket(key.value());
        Optional<StoredObject> found = reading(() -> requests.head(key));
        known.learn(key, ticket, found);
        return found;
    }

    /// Whether any key begins with `prefix`.
    public boolean hasKeysUnder(String prefix, Duration maxAge) throws IOException {
        Optional<Fact<Boolean>> fact = known.prefix(prefix, maxAge);
        if (fact.isPresent()) {
            return fact.get().value();
        }
        long ticket = known.ticket(prefix);
        boolean found = !reading(() -> requests.list(ListQuery.flat(prefix).withLimit(1)))
                .isEmpty();
        known.learn(prefix, ticket, found);
        return found;
    }

    /// Opens an object as a stream, straight from S3.
    ///
    /// @return nothing when the condition is [ReadCondition#otherThan] and there is no other version
    public Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition)
            throws IOException {
        long ticket = known.ticket(key.value());
        try {
            Optional<ObjectContent> content = reading(() -> requests.get(key, range, condition));
            content.ifPresent(c -> known.learn(key, ticket, Optional.of(c.object())));
            return content;
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                known.learn(key, ticket, Optional.empty());
            }
            throw e;
        }
    }

    /// Opens an object for somebody who will read it again: an object of up to [BodyCache#MAX_OBJECT_BYTES] is fetched
    /// whole and kept, and bytes that this process holds are not fetched twice.
    ///
    /// @param version the version that is wanted, or null for the newest
    public ObjectContent read(ObjectKey key, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        Optional<StoredObject> last = known.last(key).filter(o -> version == null || version.equals(o.etag()));
        Optional<byte[]> held = last.flatMap(bodies::get);
        if (held.isPresent() && (version != null || known.object(key, maxAge).isPresent())) {
            return slice(last.get(), held.get(), range);
        }
        boolean fromStart = range == null || range.first() == 0;
        long ticket = known.ticket(key.value());
        Optional<ObjectContent> fetched = get(key, fromStart ? null : range, condition(version, held, last));
        if (fetched.isEmpty()) {
            known.learn(key, ticket, last);
            return slice(last.orElseThrow(), held.orElseThrow(), range);
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

    /// Takes a whole answer in if it is small enough, and gives the range that was asked for.
    private ObjectContent keep(ObjectContent whole, @Nullable ByteRange range) throws IOException {
        StoredObject object = whole.object();
        if (object.size() > BodyCache.MAX_OBJECT_BYTES) {
            return range == null ? whole : cut(whole, range.within(object.size()));
        }
        try (whole) {
            byte[] body = whole.body().readNBytes((int) object.size());
            if (body.length < object.size()) {
                throw new StoreException(
                        Kind.UNAVAILABLE,
                        "cannot read " + requests.uri(object.key()) + ": expected " + object.size() + " bytes, got "
                                + body.length);
            }
            bodies.put(object, body);
            return slice(object, body, range);
        }
    }

    private static ObjectContent slice(StoredObject object, byte[] body, @Nullable ByteRange range) throws IOException {
        if (object.size() == 0) {
            return new ObjectContent(object, null, InputStream.nullInputStream());
        }
        ByteRange part = range == null ? ByteRange.of(0, object.size() - 1) : range.within(object.size());
        return new ObjectContent(object, part, new ByteArrayInputStream(body, (int) part.first(), (int) part.length()));
    }

    private static ObjectContent cut(ObjectContent content, ByteRange part) {
        return new ObjectContent(content.object(), part, new LimitedStream(content.body(), part.length()));
    }

    /// Writes an object from a stream; the caller keeps the stream and closes it.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell; a body that ends early is not written
    public StoredObject put(ObjectKey key, InputStream body, long length, String contentType, WriteCondition condition)
            throws IOException {
        Uploads.Target target = new Uploads.Target(key, contentType, condition);
        return change(key, () -> Optional.of(uploads.write(target, body, length)))
                .orElseThrow();
    }

    /// Replaces a version of an object by itself followed by the body; its bytes are copied inside S3.
    ///
    /// @param head at least [#EXTENDABLE_FROM_BYTES] long
    public StoredObject extend(StoredObject head, InputStream body) throws IOException {
        if (head.size() < EXTENDABLE_FROM_BYTES) {
            throw new IllegalArgumentException("S3 copies no part below " + EXTENDABLE_FROM_BYTES + " bytes");
        }
        String type = head.type().orElse("application/octet-stream");
        Uploads.Target target = new Uploads.Target(head.key(), type, WriteCondition.ifVersion(head.etag()));
        return change(head.key(), () -> Optional.of(uploads.extend(target, head, body)))
                .orElseThrow();
    }

    /// Copies a version to another key of this bucket, inside S3, replacing what is there.
    public StoredObject copy(StoredObject source, ObjectKey target) throws IOException {
        return change(target, () -> Optional.of(requests.copy(source, target))).orElseThrow();
    }

    /// Deletes an object. One that is not there counts as deleted.
    public void delete(ObjectKey key) throws IOException {
        change(key, () -> {
            requests.delete(key);
            return Optional.empty();
        });
    }

    /// Makes one change of one object and enters its result in what is known.
    private Optional<StoredObject> change(ObjectKey key, IoCall<Optional<StoredObject>> call) throws IOException {
        long ticket = known.ticket(key.value());
        try {
            Optional<StoredObject> now = writing(call);
            now.ifPresentOrElse(o -> known.written(o, ticket), () -> known.deleted(key, ticket));
            return now;
        } catch (IOException | RuntimeException e) {
            known.doubtful(key);
            throw e;
        }
    }

    /// Deletes many objects, a thousand in a request. What S3 refuses to delete is reported, not thrown.
    public DeleteReport deleteAll(List<ObjectKey> keys) throws IOException {
        Map<ObjectKey, String> failures = new HashMap<>();
        for (int from = 0; from < keys.size(); from += ListQuery.MAX_LIMIT) {
            failures.putAll(deleteBatch(keys.subList(from, Math.min(keys.size(), from + ListQuery.MAX_LIMIT))));
        }
        return new DeleteReport(keys.size() - failures.size(), failures);
    }

    private Map<ObjectKey, String> deleteBatch(List<ObjectKey> keys) throws IOException {
        Map<ObjectKey, Long> tickets = new HashMap<>();
        keys.forEach(k -> tickets.put(k, known.ticket(k.value())));
        try {
            Map<ObjectKey, String> failures = writing(() -> requests.deleteAll(keys));
            for (ObjectKey key : keys) {
                if (failures.containsKey(key)) {
                    known.doubtful(key);
                } else {
                    known.deleted(key, tickets.getOrDefault(key, 0L));
                }
            }
            return failures;
        } catch (IOException e) {
            keys.forEach(known::doubtful);
            throw e;
        }
    }

    /// One page of the bucket's keys, from S3.
    public Page list(ListQuery query) throws IOException {
        return reading(() -> requests.list(query));
    }

    private <T> T reading(IoCall<T> call) throws IOException {
        return judged(call, false);
    }

    private <T> T writing(IoCall<T> call) throws IOException {
        T result = judged(call, true);
        health.writeSucceeded();
        return result;
    }

    private <T> T judged(IoCall<T> call, boolean write) throws IOException {
        health.demandAnswer();
        try {
            return call.run();
        } catch (StoreException e) {
            health.failed(e, write);
            throw e;
        }
    }

    @Override
    public void close() {
        health.close();
    }

    private interface IoCall<T> {
        T run() throws IOException;
    }
}
