package dev.aloft.store;

import dev.aloft.store.ObjectVersion.Deleted;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.ObjectVersions.Page.Marker;
import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.ReadRequests.Source;
import dev.aloft.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// The requests about versions in one bucket, each method one S3 operation; see [S3Requests].
final class VersionRequests {

    private static final String STANDARD = "STANDARD";

    private final Supplier<S3Client> client;
    private final ReadRequests reads;
    private final String bucket;

    VersionRequests(Supplier<S3Client> client, ReadRequests reads, String bucket) {
        this.client = client;
        this.reads = reads;
        this.bucket = bucket;
    }

    private String uri(Object key) {
        return "s3://" + bucket + "/" + key;
    }

    Versioning state() throws StoreException {
        String attempt = "read the versioning of s3://" + bucket;
        BucketVersioningStatus status = S3Requests.ask(
                attempt,
                () -> client.get().getBucketVersioning(b -> b.bucket(bucket)).status());
        return switch (status) {
            case null -> Versioning.OFF;
            case ENABLED -> Versioning.ENABLED;
            case SUSPENDED -> Versioning.SUSPENDED;
            case UNKNOWN_TO_SDK_VERSION ->
                throw new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": S3 answers neither of its states");
        };
    }

    ObjectVersions.Page list(String prefix, int limit, @Nullable Marker after) throws StoreException {
        String attempt = "list the versions of " + uri(prefix);
        VersionOrder.Recording order = new VersionOrder.Recording();
        ListObjectVersionsResponse r = S3Requests.ask(
                attempt,
                () -> client.get()
                        .listObjectVersions(b -> b.bucket(bucket)
                                .prefix(prefix)
                                .maxKeys(limit)
                                .keyMarker(after == null ? null : after.key())
                                .versionIdMarker(after == null ? null : after.versionId())
                                .encodingType(EncodingType.URL)
                                .overrideConfiguration(c -> c.putExecutionAttribute(VersionOrder.RECORDING, order))));
        ObjectVersions.Page page = page(attempt, r, order);
        if (page.next() != null && page.next().equals(after)) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    "cannot " + attempt + ": S3 names the same page again: "
                            + page.next().key());
        }
        return page;
    }

    /// The marker of the page after this one; null on the last.
    ///
    /// Ceph encodes the keys of such an answer but not the marker, so that the SDK decodes a key that was none. The
    /// key of the page's last entry tells.
    ///
    /// @param last key of the page's last entry, or null in an empty page
    private static @Nullable Marker next(String attempt, ListObjectVersionsResponse r, @Nullable String last)
            throws StoreException {
        if (!Boolean.TRUE.equals(r.isTruncated())) {
            return null;
        }
        String key = r.nextKeyMarker();
        if (key == null || key.isEmpty()) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "cannot " + attempt + ": S3 says that more follows, and not where");
        }
        String id = r.nextVersionIdMarker();
        return new Marker(
                last != null && key.equals(decoded(last)) ? last : key, id == null || id.isEmpty() ? null : id);
    }

    private static String decoded(String key) {
        try {
            return SdkHttpUtils.urlDecode(key);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    private static ObjectVersions.Page page(String attempt, ListObjectVersionsResponse r, VersionOrder.Recording order)
            throws StoreException {
        Iterator<software.amazon.awssdk.services.s3.model.ObjectVersion> written =
                r.versions().iterator();
        Iterator<DeleteMarkerEntry> deleted = r.deleteMarkers().iterator();
        List<ObjectVersion> versions = new ArrayList<>();
        int entries = 0;
        @Nullable String last = null;
        for (boolean deletion : deletions(attempt, r, order)) {
            entries++;
            if (deletion) {
                DeleteMarkerEntry d = deleted.next();
                last = d.key();
                deleted(d).ifPresent(versions::add);
            } else {
                software.amazon.awssdk.services.s3.model.ObjectVersion v = written.next();
                last = v.key();
                written(v).ifPresent(versions::add);
            }
        }
        return new ObjectVersions.Page(versions, entries - versions.size(), next(attempt, r, last));
    }

    private static List<Boolean> deletions(String attempt, ListObjectVersionsResponse r, VersionOrder.Recording order)
            throws StoreException {
        try {
            List<Boolean> deletions = order.deletions();
            long marks = deletions.stream().filter(deletion -> deletion).count();
            if (marks == r.deleteMarkers().size()
                    && deletions.size() - marks == r.versions().size()) {
                return deletions;
            }
        } catch (XMLStreamException e) {
            throw new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": the answer is no XML", e);
        }
        throw new StoreException(Kind.UNAVAILABLE, "cannot " + attempt + ": the answer was read in two ways");
    }

    private static Optional<ObjectVersion> written(software.amazon.awssdk.services.s3.model.ObjectVersion v) {
        return S3Requests.key(v.key())
                .map(key -> new Written(
                        ObjectAnswers.of(key, v),
                        v.versionId(),
                        v.lastModified(),
                        Boolean.TRUE.equals(v.isLatest()),
                        v.storageClassAsString() == null ? STANDARD : v.storageClassAsString()));
    }

    private static Optional<ObjectVersion> deleted(DeleteMarkerEntry d) {
        return S3Requests.key(d.key())
                .map(key -> new Deleted(key, d.versionId(), d.lastModified(), Boolean.TRUE.equals(d.isLatest())));
    }

    /// Deletes one version for good. One that is not there counts as deleted.
    void delete(ObjectKey key, String id) throws StoreException {
        S3Requests.ask(
                "delete version " + id + " of " + uri(key),
                () -> client.get()
                        .deleteObject(b -> b.bucket(bucket).key(key.value()).versionId(id)));
    }

    /// The open answer to a read of one version.
    ///
    /// @param condition not [ReadCondition.OtherThan]
    ObjectContent get(ObjectKey key, String id, @Nullable ByteRange range, ReadCondition condition)
            throws StoreException {
        String version = "version " + id + " of " + uri(key);
        String attempt = "read " + version;
        return reads.get(attempt, version, new Source(key, id), range, condition)
                .orElseThrow();
    }

    /// Looks one version up, with its headers; nothing if it is not there, or is a delete marker.
    Optional<StoredObject> head(ObjectKey key, String id) throws StoreException {
        return lookedUp(key, id).map(ReadRequests.Head::object);
    }

    /// The same with all that S3 says of it.
    Optional<ReadRequests.Head> lookedUp(ObjectKey key, String id) throws StoreException {
        return reads.head("look up version " + id + " of " + uri(key), new Source(key, id));
    }
}
