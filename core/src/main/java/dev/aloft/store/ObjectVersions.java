package dev.aloft.store;

import dev.aloft.store.ObjectVersions.Page.Marker;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The versions that a bucket keeps of its objects. S3 is asked each time. A store without versioning is
/// [Versioning#OFF]; the other methods fail there with [Kind#INVALID].
///
/// Safe for many threads. [ObjectCopies] copies a version, too.
public final class ObjectVersions {

    private final RequestTracker tracker;
    private final S3Requests requests;

    ObjectVersions(RequestTracker tracker, S3Requests requests) {
        this.tracker = tracker;
        this.requests = requests;
    }

    /// The versioning of the bucket, now.
    public Versioning state() throws IOException {
        try {
            return tracker.run(() -> requests.versions().state());
        } catch (StoreException e) {
            if (e.kind() == Kind.INVALID) {
                return Versioning.OFF; // It knows no such request.
            }
            throw e;
        }
    }

    /// One page of a listing of versions: keys in the order of their UTF-8 bytes, the entries of a key from the newest
    /// to the oldest. A key's entries may continue on the next page. A page may hold marks of deletions only, or
    /// nothing.
    ///
    /// @param hidden how many entries have a key that is no path (`a//b`, `../x`); they are not among the versions
    /// @param next where the next page begins, or null on the last
    public record Page(
            List<ObjectVersion> versions,
            int hidden,
            @Nullable Marker next) {

        public Page {
            versions = List.copyOf(versions);
        }

        /// The [#next()] for [ObjectVersions#list]; empty on the last page.
        public Optional<Marker> nextMarker() {
            return Optional.ofNullable(next);
        }

        /// The last entry of a page, as S3 names it.
        ///
        /// @param versionId null where S3 names the key alone: the next page begins with the key after it
        public record Marker(String key, @Nullable String versionId) {}
    }

    /// One page of the versions of all keys that begin with `prefix`.
    ///
    /// @param limit at most so many entries, 1 to [ListQuery#MAX_LIMIT]
    /// @param after the [Page#next()] of the page before, or null for the first
    public Page list(String prefix, int limit, @Nullable Marker after) throws IOException {
        return tracker.run(() -> requests.versions().list(prefix, limit, after));
    }

    /// The entries of one key, the newest first; none for a key that S3 does not know.
    ///
    /// @param limit at most so many
    public List<ObjectVersion> of(ObjectKey key, int limit) throws IOException {
        List<ObjectVersion> found = new ArrayList<>();
        Marker next = null;
        do {
            Page page = list(key.value(), Math.min(limit - found.size(), ListQuery.MAX_LIMIT), next);
            for (ObjectVersion each : page.versions()) {
                if (!each.key().equals(key)) {
                    return found; // The keys that begin with it come after it.
                }
                found.add(each);
            }
            next = page.next();
        } while (next != null && found.size() < limit);
        return found;
    }

    /// Looks one version up, with its headers; empty if it is not there.
    public Optional<StoredObject> head(ObjectKey key, String id) throws IOException {
        return tracker.run(() -> requests.versions().head(key, id));
    }

    /// Opens one version as a stream.
    ///
    /// @param range null for the whole object
    /// @param condition not [ReadCondition.OtherThan]
    public ObjectContent read(ObjectKey key, String id, @Nullable ByteRange range, ReadCondition condition)
            throws IOException {
        return tracker.run(() -> requests.versions().get(key, id, range, condition));
    }

    /// The versioning of a bucket: whether S3 keeps the earlier bytes of an object that is replaced or deleted.
    public enum Versioning {
        /// Each write and each deletion adds a version; nothing is lost.
        ENABLED,
        /// Versions made earlier are kept. A write or a deletion now replaces the version `null` of its key for good.
        SUSPENDED,
        /// Versioning was never enabled, or this S3 has none.
        OFF
    }
}
