package dev.aloft.store;

import dev.aloft.store.MetadataCache.Fact;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
    public static final long EXTENDABLE_FROM_BYTES = ObjectUploads.MIN_PART_BYTES;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final BucketState common;
    private final MetadataCache known;
    private final Tenant tenant;
    private final Optional<Fallback> elsewhere;
    private final boolean moves;
    private final FairShare.Share memory;
    private final S3Requests requests;
    private final RequestTracker tracker;
    private final ObjectUploads uploads;
    private final VisibleListing listing;
    private final FallbackObjects fallback;
    private final ObjectCopies copies;
    private final ObjectDeletions deletions;
    private final ObjectReads objects;
    private final CachedReads reads;

    Bucket(S3Requests requests, StoreSettings settings, StoreResources resources, InstantSource clock) {
        this(BucketState.of(requests, settings, resources, clock));
    }

    private Bucket(BucketState common) {
        this(common, common.known(), Tenant.ALONE, Optional.empty(), false);
    }

    /// @param moves true if what is put here is a [MovedCopy]
    private Bucket(
            BucketState common, MetadataCache known, Tenant tenant, Optional<Fallback> elsewhere, boolean moves) {
        this.common = common;
        this.known = known;
        this.tenant = tenant;
        this.elsewhere = elsewhere;
        this.moves = moves;
        this.memory = common.resources().memory().of(tenant);
        this.requests = common.requests().of(common.resources().connections().of(tenant));
        this.tracker = new RequestTracker(common.health(), common.denial(tenant), known, common.changes());
        this.uploads = new ObjectUploads(
                requests, common.conditions(), common.resources().bodies(), memory);
        this.listing = new VisibleListing(tracker, requests);
        this.fallback = new FallbackObjects(elsewhere, requests, common.conditions(), tracker, uploads, listing);
        this.copies = new ObjectCopies(tracker, requests, uploads, common, fallback);
        this.deletions = new ObjectDeletions(tracker, requests, common.conditions(), fallback);
        this.objects = new ObjectReads(tracker, requests, known, fallback);
        this.reads = new CachedReads(known, common.resources(), objects::get, memory);
    }

    /// The same bucket for one tenant of the store: with its own share of connections and memory, and all that is known
    /// in common. A tenant whose share is in use waits [FairShare#WAIT_LIMIT], and then fails with
    /// [StoreException.Kind#BUSY]; no other tenant notices.
    public Bucket forTenant(Tenant other) {
        return new Bucket(common, known, other, elsewhere, moves);
    }

    /// The same bucket with files that are not in it yet: an object that is asked for and missing is copied from their
    /// place first, and listings name both.
    public Bucket withFallback(Fallback files) {
        return new Bucket(common, known, tenant, Optional.of(files), moves);
    }

    /// The same bucket for work that passes over many objects and returns to none. What it reads is not remembered, and
    /// what it changes is forgotten, so that it takes no memory for each and displaces nothing that others know.
    public Bucket forBulk() {
        return new Bucket(common, known.withoutLearning(), tenant, elsewhere, moves);
    }

    /// The same bucket for a migration: what is put here is known as its copy, see [#movedCopy].
    public Bucket forMoves() {
        return new Bucket(common, known, tenant, elsewhere, true);
    }

    /// Room for bytes that a caller holds for a moment on behalf of this tenant, none of it taken yet.
    ///
    /// @param attempt for messages: `read the names of files`
    public Lease room(String attempt) {
        return memory.lease(attempt);
    }

    /// True for a valid name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// The bucket's name, without the endpoint: `media`.
    public String name() {
        return requests.bucket();
    }

    /// For messages: the endpoint that the bucket lies behind.
    public String where() {
        return common.settings().where();
    }

    /// Statistics of the requests to this bucket's store; the same object for each of its buckets.
    public StoreFigures figures() {
        return requests.figures();
    }

    /// The changes of this bucket's objects.
    public ObjectChanges changes() {
        return common.changes();
    }

    /// Asks S3 whether the bucket is there and these credentials reach it.
    public void requireReachable() throws StoreException {
        requests.headBucket(common.settings().timeout());
    }

    /// Asks the same about the bucket that its fallback is in, if there is one.
    public void requireReachableFallback() throws StoreException {
        if (elsewhere.isPresent()) {
            elsewhere.get().requireReachable();
        }
    }

    /// Finds out which conditions of requests the store keeps, where its make does not say; once, with some requests.
    ///
    /// @param directory a prefix of keys that the trial may write to: empty, or with a slash at its end
    public void probeConditions(String directory) throws StoreException {
        common.conditions().probe(directory);
    }

    /// The promises that are known not to hold on this store, in a sentence each; S3 is not asked.
    public List<String> unsupported() {
        return common.conditions().unsupported();
    }

    /// False if the store is known not to keep the condition of a write, so that the write would fail; S3 is not asked.
    ///
    /// @param size in bytes, or -1 when only its end will tell
    public boolean keeps(WriteCondition condition, long size) {
        boolean mayBeOne = size <= ObjectUploads.PART_BYTES;
        boolean mayBeInParts = size < 0 || size > ObjectUploads.PART_BYTES;
        return (!mayBeOne || common.conditions().keeps(condition, false))
                && (!mayBeInParts || common.conditions().keeps(condition, true));
    }

    /// True if the store is known to keep this condition on the target of any copy; S3 is not asked.
    public boolean keepsInCopies(WriteCondition condition) {
        return requests.provider().keepsInCopies(condition);
    }

    /// The known reason why a write would fail now; S3 is not asked.
    public Optional<StoreException> writeProblem() {
        return tracker.writeProblem();
    }

    /// Why S3 does not answer now, if that is known; S3 is not asked.
    public Optional<StoreException> trouble() {
        return common.health().trouble().map(Health.Trouble::again);
    }

    /// An object that is known to be there, from what was looked up, read or written within `maxAge`; S3 is not asked.
    public Optional<StoredObject> knownObject(ObjectKey key, Duration maxAge) {
        return known.object(key, maxAge).flatMap(Fact::value);
    }

    /// True if an object is known to be missing, from what was looked up or deleted within `maxAge`; S3 is not asked.
    public boolean knownMissing(ObjectKey key, Duration maxAge) {
        return known.object(key, maxAge).filter(fact -> fact.value().isEmpty()).isPresent();
    }

    /// True if keys begin with `prefix`, if that is known; S3 is not asked.
    public Optional<Boolean> knownPrefix(String prefix, Duration maxAge) {
        return known.prefix(prefix, maxAge).map(Fact::value);
    }

    /// Looks an object up.
    public Optional<StoredObject> head(ObjectKey key, Duration maxAge) throws IOException {
        return objects.head(key, maxAge);
    }

    /// Looks a copy of a migration or of the fallback up in S3; nothing for another object, or one that has changed.
    public Optional<MovedCopy> movedCopy(ObjectKey key) throws IOException {
        return tracker.run(() -> requests.lookedUp(key)).flatMap(MovedCopy::of);
    }

    /// True if any key begins with `prefix`.
    public boolean hasKeysUnder(String prefix, Duration maxAge) throws IOException {
        return objects.hasKeysUnder(prefix, maxAge);
    }

    /// Opens an object as a stream, straight from S3.
    ///
    /// @return nothing when the condition is [ReadCondition#otherThan] and there is no other version
    public Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition)
            throws IOException {
        return objects.get(key, range, condition);
    }

    /// True if S3 permits a read with this query of a presigned URL. S3 is asked each time.
    ///
    /// @param query as it stands in a URL: the signature with what it was made of, signed for this endpoint and its
    ///     address style
    public boolean permits(ObjectKey key, String query) throws IOException {
        return tracker.run(() -> new PresignedRead(requests.url(key), query)
                .isPermitted(common.settings().timeout()));
    }

    /// Opens an object that will be read again: bytes that this process holds are not fetched twice, see [CachedReads].
    ///
    /// @param version the version that is wanted, or null for the newest; one that this process holds is given even
    ///     where S3 has a newer one by now, so that a reader in pieces can finish
    public ObjectContent read(ObjectKey key, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        return reads.read(key, range, version, maxAge);
    }

    /// Replaces the user metadata of a version; its bytes, type and headers stay. The version must still be there, or
    /// this fails with [StoreException.Kind#PRECONDITION].
    ///
    /// @param version as [#head] or a read gave it, not a listing
    /// @param metadata lower-case names, printable ASCII, at most 2 KB in all, as S3 takes it
    public StoredObject replaceMetadata(StoredObject version, Map<String, String> metadata) throws IOException {
        return copies.replaceMetadata(version, metadata);
    }

    /// Begins to write an object whose bytes come piece by piece.
    ///
    /// @param metadata the user's own
    public ObjectWriter writer(
            ObjectKey key, ObjectHeaders headers, Map<String, String> metadata, WriteCondition condition) {
        return new ObjectWriter(tracker, uploads, new ObjectUploads.Target(key, headers, metadata, condition));
    }

    /// Writes an object from a stream; the caller keeps the stream and closes it.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell; a body that ends early is not written
    /// @param metadata the user's own
    public StoredObject put(
            ObjectKey key,
            InputStream body,
            long length,
            ObjectHeaders headers,
            Map<String, String> metadata,
            WriteCondition condition)
            throws IOException {
        ObjectUploads.Target target = target(key, headers, metadata, condition);
        return put(target, () -> uploads.write(target, body, length));
    }

    /// Writes an object from a source, which is read again where a request is repeated; memory does not grow with its
    /// length. The time limit of a request is one of silence here, so a slow line can send a body of any length.
    ///
    /// @param length of the body in bytes; a body that ends early is not written
    /// @param metadata the user's own
    public StoredObject put(
            ObjectKey key,
            ByteSource source,
            long length,
            ObjectHeaders headers,
            Map<String, String> metadata,
            WriteCondition condition)
            throws IOException {
        ObjectUploads.Target target = target(key, headers, metadata, condition);
        return ForeignSource.with(source, body -> put(target, () -> uploads.write(target, body, length)));
    }

    private ObjectUploads.Target target(
            ObjectKey key, ObjectHeaders headers, Map<String, String> metadata, WriteCondition condition) {
        ObjectUploads.Target target = new ObjectUploads.Target(key, headers, metadata, condition);
        return moves ? target.asMovedCopy() : target;
    }

    private StoredObject put(ObjectUploads.Target target, RequestTracker.Call<StoredObject> write) throws IOException {
        if (target.condition() instanceof WriteCondition.Absent) {
            Optional<StoredObject> _ = fallback.bring(target.key()); // S3 refuses the write then
        }
        return tracker.write(target.key(), write);
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

    /// Replaces a version of an object by other bytes, with the same type and headers. The version must still be there,
    /// or this fails with [StoreException.Kind#PRECONDITION].
    public StoredObject replace(StoredObject version, InputStream body) throws IOException {
        ObjectUploads.Target target = ObjectCopies.successor(version);
        return tracker.write(version.key(), () -> uploads.write(target, body, -1));
    }

    /// Replaces a version of an object by itself followed by the body; its bytes are copied inside S3. The version must
    /// still be there, or this fails with [StoreException.Kind#PRECONDITION].
    ///
    /// @param head at least [#EXTENDABLE_FROM_BYTES] long
    public StoredObject extend(StoredObject head, InputStream body) throws IOException {
        ObjectUploads.Target target = ObjectCopies.extendable(head);
        return tracker.write(head.key(), () -> uploads.extend(target, head, body));
    }

    /// Shortens a version of an object; what stays of it is copied inside S3 when it is large. The version must still
    /// be there, or this fails with [StoreException.Kind#PRECONDITION].
    ///
    /// @param size not above the version's
    public StoredObject truncate(StoredObject version, long size) throws IOException {
        if (size < 0 || size > version.size()) {
            throw new IllegalArgumentException(version.key() + " cannot be cut to " + size + " bytes");
        }
        if (size >= EXTENDABLE_FROM_BYTES) {
            return copies.cut(version, size);
        }
        if (size == 0) {
            return replace(version, InputStream.nullInputStream());
        }
        try (ObjectContent head = read(version.key(), ByteRange.of(0, size - 1), version.etag(), Duration.ZERO)) {
            return replace(version, head.body());
        }
    }

    /// Copies to keys of this bucket.
    public ObjectCopies copies() {
        return copies;
    }

    /// The versions of this bucket's objects.
    public ObjectVersions versions() {
        return new ObjectVersions(tracker, requests);
    }

    /// Deletes an object. One that is not there counts as deleted.
    public void delete(ObjectKey key) throws IOException {
        deletions.delete(key);
    }

    /// Deletes an object in one request that says whether it was there, where the store can.
    public DeleteResult deleteExisting(ObjectKey key) throws IOException {
        return deletions.deleteExisting(key);
    }

    /// Deletes an object if it is still this version; a newer one stays. (A store that does not know the condition of a
    /// deletion deletes what is there.)
    public void delete(StoredObject listed) throws IOException {
        deletions.delete(listed);
    }

    /// Deletes many objects, a thousand in a request. What S3 refuses to delete is reported, not thrown.
    public DeleteReport deleteAll(List<ObjectKey> keys) throws IOException {
        return deletions.deleteAll(keys);
    }

    /// One page of the bucket's keys, from S3.
    public Page list(ListQuery query) throws IOException {
        return fallback.list(query);
    }

    /// The page behind a key, which need not exist; the pages that follow are given by [#list].
    public Page listBehind(ListQuery query, ObjectKey last) throws IOException {
        return fallback.listBehind(query, last);
    }

    /// The page behind any key as [ListQuery#after], such as the last key or prefix of the page before; without the
    /// fallback. See [VisibleListing].
    public Page listVisible(ListQuery query) throws IOException {
        return listing.page(query);
    }

    @Override
    public void close() {
        common.health().close();
    }
}
