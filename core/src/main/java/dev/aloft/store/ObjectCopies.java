package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.ReadRequests.Head;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Copies of objects and their versions to keys of one bucket, from this bucket and others of the store. The bytes stay
/// inside S3 where it can copy on the condition that is asked for.
///
/// A source that is not there any more is [Kind#NOT_FOUND] or [Kind#PRECONDITION]. Safe for many threads.
public final class ObjectCopies {

    private final RequestTracker tracker;
    private final S3Requests requests;
    private final ObjectUploads uploads;
    private final ConditionalSupport conditions;
    private final KnownVersioning versioning;
    private final FallbackObjects fallback;

    ObjectCopies(
            RequestTracker tracker,
            S3Requests requests,
            ObjectUploads uploads,
            BucketState common,
            FallbackObjects fallback) {
        this.tracker = tracker;
        this.requests = requests;
        this.uploads = uploads;
        this.conditions = common.conditions();
        this.versioning = common.versioning();
        this.fallback = fallback;
    }

    /// Copies a version of this bucket, replacing what is there.
    public StoredObject copy(StoredObject source, ObjectKey target) throws IOException {
        return copy(here(fallback.stored(source)), target);
    }

    /// The same on a condition on what is at the target, with S3 as the judge.
    ///
    /// @param source as [Bucket#head] or a read gave it, with its type and headers; as listed where
    ///     [Bucket#keepsInCopies] says so
    public StoredObject copy(StoredObject source, ObjectKey target, WriteCondition condition) throws IOException {
        CopySource version = here(fallback.stored(source));
        return requests.provider().keepsInCopies(condition)
                ? copyOver(version, target, condition)
                : copy(version, target, version.object().metadata(), condition);
    }

    /// True if S3 keeps this condition on the target of a copy of any size, and no byte of it passes through here.
    public boolean stayInside(WriteCondition condition, ObjectKey target) throws StoreException {
        return requests.provider().keepsInCopies(condition)
                || (!requests.provider().losesConditionsInParts()
                        && conditions.supports(ConditionalRequest.of(condition, true), target));
    }

    /// Copies an object of any bucket of the store, or a version of one, replacing what is there.
    public StoredObject copy(CopySource source, ObjectKey target) throws IOException {
        return copyOver(source, target, WriteCondition.always());
    }

    /// The same over what the caller has just looked up. S3 is the judge, too, where [Bucket#keepsInCopies] says so.
    public StoredObject copyOver(CopySource source, ObjectKey target, WriteCondition expected) throws IOException {
        return copyOver(source, target, expected, ObjectUploads.MAX_COPY_BYTES);
    }

    /// The same with another limit for the copy by one request.
    StoredObject copyOver(CopySource source, ObjectKey target, WriteCondition expected, long maxBytes)
            throws IOException {
        StoredObject object = source.object();
        WriteCondition kept = requests.provider().keepsInCopies(expected) ? expected : WriteCondition.always();
        if (object.size() <= maxBytes) {
            Optional<StoredObject> spelled = tracker.run(() -> spelled(source));
            return tracker.write(
                    target,
                    () -> spelled.isPresent()
                            ? described(source.described(spelled.get()), target, kept)
                            : copied(source, target, expected));
        }
        StoredObject whole = object.type().isPresent()
                ? object
                : tracker.run(() -> lookedUp(source).object());
        Target copy = like(whole, target, kept);
        return tracker.write(target, () -> uploads.copyInParts(copy, source, object.size()));
    }

    /// Copies an object with other user metadata, replacing what is there.
    ///
    /// @param source as [Bucket#head] or a read gave it, with its type and headers
    public StoredObject copy(CopySource source, ObjectKey target, Map<String, String> metadata) throws IOException {
        return copy(source, target, metadata, WriteCondition.always());
    }

    /// The same on a condition on what is at the target, with S3 as the judge. Unless CopyObject keeps it, the copy is
    /// an upload in parts, with another ETag, see [StoredObject#etagInOnePart].
    public StoredObject copy(
            CopySource source, ObjectKey target, Map<String, String> metadata, WriteCondition condition)
            throws IOException {
        StoredObject object = source.object();
        Target copy = new Target(target, ObjectHeaders.of(object), metadata, condition);
        return tracker.write(target, () -> {
            if (isOneRequest(object) && requests.provider().keepsInCopies(condition)) {
                return ObjectUploads.settled(requests, copy, () -> requests.copy(source, copy));
            }
            return copiesInside(copy, object)
                    ? uploads.copyInParts(copy, source, object.size())
                    : fetched(copy, source);
        });
    }

    /// The write that replaces a version with its own headers and metadata, while it is still there.
    static Target successor(StoredObject version) {
        return successor(version, version.metadata());
    }

    /// The same for bytes that are added to the version.
    static Target extendable(StoredObject head) {
        if (head.size() < Bucket.EXTENDABLE_FROM_BYTES) {
            throw new IllegalArgumentException("S3 copies no part below " + Bucket.EXTENDABLE_FROM_BYTES + " bytes");
        }
        return successor(head);
    }

    private static Target successor(StoredObject version, Map<String, String> metadata) {
        return new Target(version.key(), ObjectHeaders.of(version), metadata, WriteCondition.ifVersion(version.etag()));
    }

    /// True if one request copies this version.
    static boolean isOneRequest(StoredObject source) {
        return source.size() <= ObjectUploads.MAX_COPY_BYTES;
    }

    /// Replaces the user metadata of a version that is still there. The copy is a conditional write: its repetition
    /// finds another version in its way where S3 gives the copy an ETag of its own.
    StoredObject replaceMetadata(StoredObject version, Map<String, String> metadata) throws IOException {
        Target target = successor(version, metadata);
        return tracker.write(
                version.key(),
                () -> isOneRequest(version)
                        ? ObjectUploads.settled(requests, target, () -> requests.copy(here(version), target))
                        : uploads.copyInParts(target, here(version), version.size()));
    }

    /// Copies an object, and sends its headers and metadata again.
    private StoredObject described(CopySource source, ObjectKey target, WriteCondition condition) throws IOException {
        Target copy = like(source.object(), target, condition);
        return ObjectUploads.settled(requests, copy, () -> requests.copy(source, copy));
    }

    /// Copies an object with its headers. A repetition that finds the same in its way is done.
    private StoredObject copied(CopySource source, ObjectKey target, WriteCondition expected) throws IOException {
        try {
            return requests.copy(source, target, expected);
        } catch (StoreException e) {
            if (e.kind() != Kind.PRECONDITION || !S3Errors.refusesRepetition(e)) {
                throw e;
            }
            StoredObject there = requests.head(target).orElseThrow(() -> e);
            if (there.etag().equals(source.object().etag()) || isCopy(there, source)) {
                return there;
            }
            throw e;
        }
    }

    /// True for an object that is like the source, header for header and byte for byte. The ETag cannot tell where the
    /// source is of an upload in parts, or encrypted by a key of KMS.
    private boolean isCopy(StoredObject there, CopySource source) throws IOException {
        StoredObject wanted = lookedUp(source).object();
        return there.size() == wanted.size()
                && ObjectHeaders.of(there).equals(ObjectHeaders.of(wanted))
                && there.metadata().equals(wanted.metadata())
                && Arrays.equals(digest(opened(CopySource.newest(requests.bucket(), there))), digest(opened(source)));
    }

    private static byte[] digest(ObjectContent content) throws IOException {
        try (content) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.body().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private ObjectContent opened(CopySource source) throws StoreException {
        StoredObject object = source.object();
        ReadCondition same = ReadCondition.version(object.etag());
        S3Requests from = requests.in(source.bucket());
        String id = source.versionId();
        return id == null
                ? from.get(object.key(), null, same).orElseThrow()
                : from.versions().get(object.key(), id, null, same);
    }

    /// The write of an object with the headers and metadata of another one.
    private static Target like(StoredObject source, ObjectKey target, WriteCondition condition) {
        return new Target(target, ObjectHeaders.of(source), source.metadata(), condition);
    }

    /// The source with its headers and metadata, if they must be sent with the copy. S3 would otherwise make a link of
    /// it, see [Provider#copiesLinks()], or copy the mark of a [MovedCopy] in a bucket with a fallback.
    private Optional<StoredObject> spelled(CopySource source) throws StoreException {
        boolean mayBeLink =
                requests.provider().copiesLinks() && !source.hasId() && !versioning.isOff(requests.in(source.bucket()));
        boolean mayBeMoved = fallback.isConfigured() && mayBeMoved(source.object());
        if (!mayBeLink && !mayBeMoved) {
            return Optional.empty();
        }
        Head head = lookedUp(source);
        boolean isLink = mayBeLink && head.isVersionNull();
        return isLink || (mayBeMoved && MovedCopy.isMark(head.mark())) ? Optional.of(head.object()) : Optional.empty();
    }

    /// False if it is known without a request: a copy has the time of its file.
    private static boolean mayBeMoved(StoredObject source) {
        return source.type().isEmpty()
                || LocalEntry.sourceTime(source.metadata()).isPresent();
    }

    /// Looks the source up, for the headers that a listing does not have.
    private Head lookedUp(CopySource source) throws StoreException {
        ObjectKey key = source.object().key();
        S3Requests from = requests.in(source.bucket());
        String id = source.versionId();
        Optional<Head> found = id == null ? from.lookedUp(key) : from.versions().lookedUp(key, id);
        return found.filter(now -> now.object().etag().equals(source.object().etag()))
                .orElseThrow(() ->
                        new StoreException(Kind.PRECONDITION, source + " was replaced or deleted in the meantime"));
    }

    private CopySource here(StoredObject source) {
        return CopySource.newest(requests.bucket(), source);
    }

    /// Not where the store supports the condition of a PUT only, and the object fits one.
    private boolean copiesInside(Target copy, StoredObject source) throws StoreException {
        return source.size() > ObjectUploads.PART_BYTES || stayInside(copy.condition(), copy.key());
    }

    private StoredObject fetched(Target copy, CopySource source) throws IOException {
        try (ObjectContent content = opened(source)) {
            return uploads.write(copy, content.body(), source.object().size());
        }
    }

    /// Replaces a version by its first bytes, copied inside S3.
    StoredObject cut(StoredObject version, long size) throws IOException {
        Target target = successor(version);
        return tracker.write(version.key(), () -> uploads.copyInParts(target, here(version), size));
    }
}
