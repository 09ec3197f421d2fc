package dev.aloft.store;

import dev.aloft.store.MetadataCache.Fact;
import dev.aloft.store.MetadataCache.Ticket;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The objects of one bucket.
///
/// Writes are atomic: a new version appears whole, when the call returns, or not at all. Reads give one version.
/// A caller says how old an answer may be (`maxAge`); with [Duration#ZERO] S3 is asked. Whatever this process
/// changed is known to it at once, in every answer.
///
/// Every method fails with a [StoreException] within the store's time limit; while the bucket is known to be
/// down, at once. Keys are not hidden by their slashes here; that is for `files`. Safe for many threads; closed
/// by its [Store].
public final class Bucket implements AutoCloseable {

    /// The least size of an object that [#extend] takes.
    public static final long EXTENDABLE_FROM_BYTES = ObjectUploads.MIN_PART_BYTES;

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    /// A store that is silent is known to be down after this part of a request's time limit.
    private static final int PROBE_SHARE = 4;

    private final Common common;
    private final FairShare.Share memory;
    private final S3Requests requests;
    private final StoreSettings settings;
    private final Health health;
    private final ConditionalSupport conditions;
    private final ObjectUploads uploads;
    private final List<Consumer<ObjectKey>> watchers;
    private final MetadataCache known;
    private final CachedReads reads;

    Bucket(S3Requests requests, StoreSettings settings, FairShare connections, FairShare memory, InstantSource clock) {
        this(
                new Common(
                        requests,
                        settings,
                        new Health(() -> requests.headBucket(settings.timeout().dividedBy(PROBE_SHARE)), clock),
                        new ConditionalSupport(requests, settings.provider()),
                        new CopyOnWriteArrayList<>(),
                        new MetadataCache(clock),
                        new BodyCache(),
                        new BlockCache(),
                        connections,
                        memory),
                Tenant.ALONE);
    }

    private Bucket(Common common, Tenant tenant) {
        this.common = common;
        this.memory = common.memory.of(tenant);
        this.requests = common.requests.of(common.connections.of(tenant));
        this.settings = common.settings;
        this.health = common.health;
        this.conditions = common.conditions;
        this.watchers = common.watchers;
        this.known = common.known;
        this.uploads = new ObjectUploads(requests, conditions, common.bodies, memory);
        this.reads = new CachedReads(known, common.bodies, common.blocks, this::get, memory);
    }

    /// What all tenants of a bucket have together.
    ///
    /// @param requests with connections of no tenant's share
    private record Common(
            S3Requests requests,
            StoreSettings settings,
            Health health,
            ConditionalSupport conditions,
            List<Consumer<ObjectKey>> watchers,
            MetadataCache known,
            BodyCache bodies,
            BlockCache blocks,
            FairShare connections,
            FairShare memory) {}

    /// The same bucket for one of several who use the store: with its own share of connections and memory, and all
    /// that is known in common. A tenant whose share is in use waits [FairShare#WAIT_LIMIT], and then fails with
    /// [Kind#BUSY]; no other tenant notices.
    public Bucket forTenant(Tenant tenant) {
        return new Bucket(common, tenant);
    }

    /// Room for bytes that a caller holds for a moment on behalf of this tenant, none of it taken yet.
    ///
    /// @param attempt for messages: `read the names of files`
    public Lease room(String attempt) {
        return memory.lease(attempt);
    }

    public String name() {
        return requests.bucket();
    }

    /// For messages: the endpoint that the bucket lies behind.
    public String where() {
        return settings.where();
    }

    /// What the store of this bucket has been asked; the same object for each of its buckets.
    public StoreFigures figures() {
        return requests.figures();
    }

    /// Tells `watcher` of every key that this process changes, or may have changed, as soon as it is known; also
    /// of a write that failed with nobody knowing how far it came. It is called by whoever makes the change, so it
    /// must be quick and must not fail.
    ///
    /// @return closed to hear no more
    public Watch watch(Consumer<ObjectKey> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /// What [#watch] gives.
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /// Asks S3 whether the bucket is there and these credentials reach it.
    public void requireReachable() throws StoreException {
        requests.headBucket(settings.timeout());
    }

    /// Finds out which conditions of requests the store keeps, where its make does not say; once, with some requests.
    ///
    /// @param directory a prefix of keys that the trial may write to: empty, or with a slash at its end
    public void probeConditions(String directory) throws StoreException {
        conditions.probe(directory);
    }

    /// What is known not to hold on this store, in a sentence each; S3 is not asked.
    public List<String> unsupported() {
        return conditions.unsupported().stream()
                .map(ConditionalRequest::unsupported)
                .toList();
    }

    /// What is known to stand in the way of a write now, without asking S3.
    public Optional<StoreException> writeProblem() {
        return health.writeProblem();
    }

    /// Why S3 does not answer now, if that is known; S3 is not asked.
    public Optional<StoreException> trouble() {
        return health.trouble().map(Health.Trouble::again);
    }

    /// An object that is known to be there, from what was looked up, read or written within `maxAge`; S3 is not
    /// asked.
    public Optional<StoredObject> knownObject(ObjectKey key, Duration maxAge) {
        return known.object(key, maxAge).flatMap(Fact::value);
    }

    /// Whether an object is known to be missing, from what was looked up or deleted within `maxAge`; S3 is not
    /// asked.
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
        Ticket ticket = known.ticket(key);
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
        Ticket ticket = known.ticket(prefix);
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
        Ticket ticket = known.ticket(key);
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

    /// Whether S3 gives an object to who brings this query of a URL that was signed in advance. S3 is asked each time.
    ///
    /// @param query as it stands in a URL: the signature with what it was made of, signed for this endpoint and its
    ///     address style
    public boolean permits(ObjectKey key, String query) throws IOException {
        return reading(() -> new PresignedRead(requests.url(key), query).isPermitted(settings.timeout()));
    }

    /// Opens an object for somebody who will read it again: what this process holds of it is not fetched twice, see
    /// [CachedReads].
    ///
    /// @param version the version that is wanted, or null for the newest; one that this process holds is given
    ///     even where S3 has a newer one by now, so that whoever reads piece by piece can end what was begun
    public ObjectContent read(ObjectKey key, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        return reads.read(key, range, version, maxAge);
    }

    /// Looks a version up that was seen in a listing, for what a listing does not say: type, headers, metadata.
    ///
    /// @throws StoreException of kind `PRECONDITION` when that version is not there any more
    public StoredObject headVersion(StoredObject listed) throws IOException {
        return head(listed.key(), Duration.ZERO)
                .filter(now -> now.etag().equals(listed.etag()))
                .orElseThrow(() -> new StoreException(
                        Kind.PRECONDITION, requests.uri(listed.key()) + " was replaced or deleted in the meantime"));
    }

    /// Replaces the user metadata of a version; its bytes, type and headers stay. The version must still be
    /// there, or this fails with [Kind#PRECONDITION].
    ///
    /// @param version as [#head] or a read gave it, not a listing
    /// @param metadata lower-case names, printable ASCII, at most 2 KB in all, as S3 takes it
    public StoredObject replaceMetadata(StoredObject version, Map<String, String> metadata) throws IOException {
        if (version.size() <= ObjectUploads.MAX_COPY_BYTES) {
            return change(version.key(), true, () -> Optional.of(requests.replaceMetadata(version, metadata)))
                    .orElseThrow();
        }
        WriteCondition still = WriteCondition.ifVersion(version.etag());
        ObjectUploads.Target target = new ObjectUploads.Target(version.key(), headersOf(version), metadata, still);
        return store(target, t -> uploads.copyInParts(t, version, version.size()));
    }

    /// Begins to write an object whose bytes come piece by piece.
    ///
    /// @param metadata the user's own
    public ObjectWriter writer(
            ObjectKey key, ObjectHeaders headers, Map<String, String> metadata, WriteCondition condition) {
        return new ObjectWriter(this, uploads, new ObjectUploads.Target(key, headers, metadata, condition));
    }

    /// Writes an object from a stream; the caller keeps the stream and closes it.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell; a body that ends early is not
    ///     written
    /// @param metadata the user's own
    public StoredObject put(
            ObjectKey key,
            InputStream body,
            long length,
            ObjectHeaders headers,
            Map<String, String> metadata,
            WriteCondition condition)
            throws IOException {
        return store(new ObjectUploads.Target(key, headers, metadata, condition), t -> uploads.write(t, body, length));
    }

    /// The same without metadata.
    public StoredObject put(
            ObjectKey key, InputStream body, long length, ObjectHeaders headers, WriteCondition condition)
            throws IOException {
        return put(key, body, length, headers, Map.of(), condition);
    }

    /// The same with no header but its type.
    public StoredObject put(ObjectKey key, InputStream body, long length, String contentType, WriteCondition condition)
            throws IOException {
        return put(key, body, length, ObjectHeaders.ofType(contentType), condition);
    }

    /// Replaces a version of an object by other bytes, with the same type and headers. The version must still be
    /// there, or this fails with [Kind#PRECONDITION].
    public StoredObject replace(StoredObject version, InputStream body) throws IOException {
        return store(successorOf(version), t -> uploads.write(t, body, -1));
    }

    /// Replaces a version of an object by itself followed by the body; its bytes are copied inside S3. The
    /// version must still be there, or this fails with [Kind#PRECONDITION].
    ///
    /// @param head at least [#EXTENDABLE_FROM_BYTES] long
    public StoredObject extend(StoredObject head, InputStream body) throws IOException {
        if (head.size() < EXTENDABLE_FROM_BYTES) {
            throw new IllegalArgumentException("S3 copies no part below " + EXTENDABLE_FROM_BYTES + " bytes");
        }
        return store(successorOf(head), t -> uploads.extend(t, head, body));
    }

    private static ObjectUploads.Target successorOf(StoredObject version) {
        WriteCondition still = WriteCondition.ifVersion(version.etag());
        return new ObjectUploads.Target(version.key(), headersOf(version), version.metadata(), still);
    }

    private static ObjectHeaders headersOf(StoredObject version) {
        return new ObjectHeaders(version.type().orElse(UNKNOWN_TYPE), version.cacheControl());
    }

    StoredObject store(ObjectUploads.Target target, Storing upload) throws IOException {
        return change(target.key(), true, () -> Optional.of(upload.run(target))).orElseThrow();
    }

    /// Shortens a version of an object; what stays of it is copied inside S3 when it is large. The version must
    /// still be there, or this fails with [Kind#PRECONDITION].
    ///
    /// @param size not above the version's
    public StoredObject truncate(StoredObject version, long size) throws IOException {
        if (size < 0 || size > version.size()) {
            throw new IllegalArgumentException(version.key() + " cannot be cut to " + size + " bytes");
        }
        if (size >= EXTENDABLE_FROM_BYTES) {
            return store(successorOf(version), t -> uploads.copyInParts(t, version, size));
        }
        if (size == 0) {
            return replace(version, InputStream.nullInputStream());
        }
        try (ObjectContent head = read(version.key(), ByteRange.of(0, size - 1), version.etag(), Duration.ZERO)) {
            return replace(version, head.body());
        }
    }

    /// Copies a version to another key of this bucket, inside S3, replacing what is there. If the version is not
    /// there any more, this fails with [Kind#NOT_FOUND] or [Kind#PRECONDITION].
    public StoredObject copy(StoredObject source, ObjectKey target) throws IOException {
        return source.size() <= ObjectUploads.MAX_COPY_BYTES
                ? change(target, true, () -> Optional.of(requests.copy(source, target)))
                        .orElseThrow()
                : copy(source.type().isPresent() ? source : headVersion(source), target, WriteCondition.always());
    }

    /// The same on a condition on what is at the target, with S3 as the judge.
    ///
    /// @param source as [#head] or a read gave it, with its type and headers
    public StoredObject copy(StoredObject source, ObjectKey target, WriteCondition condition) throws IOException {
        ObjectUploads.Target copy = new ObjectUploads.Target(target, headersOf(source), source.metadata(), condition);
        return store(
                copy,
                t -> copiesInside(t, source) ? uploads.copyInParts(t, source, source.size()) : fetched(t, source));
    }

    /// Not where the store keeps the condition of a PUT only, and a PUT is large enough.
    private boolean copiesInside(ObjectUploads.Target copy, StoredObject source) throws StoreException {
        return copy.condition() instanceof WriteCondition.Always
                || source.size() >= ObjectUploads.PART_BYTES
                || conditions.supports(ConditionalRequest.of(copy.condition(), true), copy.key());
    }

    private StoredObject fetched(ObjectUploads.Target copy, StoredObject source) throws IOException {
        try (ObjectContent content =
                get(source.key(), null, ReadCondition.version(source.etag())).orElseThrow()) {
            return uploads.write(copy, content.body(), source.size());
        }
    }

    /// Deletes an object. One that is not there counts as deleted.
    public void delete(ObjectKey key) throws IOException {
        change(key, false, () -> {
            requests.delete(key);
            return Optional.empty();
        });
    }

    /// Deletes an object if it is still this version; a newer one stays. (A store that does not know the
    /// condition of a deletion deletes what is there.)
    public void delete(StoredObject version) throws IOException {
        if (!conditions.supports(ConditionalRequest.DELETE, version.key())) {
            delete(version.key());
            return;
        }
        try {
            change(version.key(), false, () -> {
                requests.delete(version);
                return Optional.empty();
            });
        } catch (StoreException e) {
            if (e.kind() != Kind.PRECONDITION && e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /// Makes one change of one object and enters its result in what is known.
    private Optional<StoredObject> change(ObjectKey key, boolean stores, IoCall<Optional<StoredObject>> call)
            throws IOException {
        Ticket ticket = known.ticket(key);
        try {
            Optional<StoredObject> now = stores ? storing(call) : judged(call, false);
            now.ifPresentOrElse(o -> known.written(o, ticket), () -> known.deleted(key, ticket));
            tell(key);
            return now;
        } catch (IOException | RuntimeException e) {
            known.doubtful(key);
            tell(key);
            throw e;
        }
    }

    private void tell(ObjectKey changed) {
        watchers.forEach(watcher -> watcher.accept(changed));
    }

    /// Deletes many objects, a thousand in a request. What S3 refuses to delete is reported, not thrown.
    public DeleteReport deleteAll(List<ObjectKey> keys) throws IOException {
        List<ObjectKey> each = keys.stream().distinct().toList();
        Map<ObjectKey, String> failures = new HashMap<>();
        for (int from = 0; from < each.size(); from += ListQuery.MAX_LIMIT) {
            failures.putAll(deleteBatch(each.subList(from, Math.min(each.size(), from + ListQuery.MAX_LIMIT))));
        }
        return new DeleteReport(each.size() - failures.size(), failures);
    }

    private Map<ObjectKey, String> deleteBatch(List<ObjectKey> keys) throws IOException {
        Map<ObjectKey, Ticket> tickets = keys.stream().collect(Collectors.toMap(Function.identity(), known::ticket));
        try {
            Map<ObjectKey, String> failures = judged(() -> requests.deleteAll(keys), false);
            tickets.forEach((key, ticket) -> {
                if (failures.containsKey(key)) {
                    known.doubtful(key);
                } else {
                    known.deleted(key, ticket);
                }
                tell(key);
            });
            return failures;
        } catch (IOException | RuntimeException e) {
            keys.forEach(known::doubtful);
            keys.forEach(this::tell);
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

    <T> T storing(IoCall<T> call) throws IOException {
        T result = judged(call, true);
        health.writeSucceeded();
        return result;
    }

    private <T> T judged(IoCall<T> call, boolean stores) throws IOException {
        health.requireUp();
        try {
            return call.run();
        } catch (StoreException e) {
            health.failed(e, stores);
            throw e;
        }
    }

    @Override
    public void close() {
        health.close();
    }

    interface IoCall<T> {
        T run() throws IOException;
    }

    interface Storing {
        StoredObject run(ObjectUploads.Target target) throws IOException;
    }
}
