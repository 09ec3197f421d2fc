package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.VersionPage.Marker;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The versions that a bucket keeps of its objects. S3 is asked each time. A store without versioning is
/// [VersioningState#OFF]; the other methods fail there with [Kind#INVALID].
///
/// Safe for many threads. A copy of a version is [Bucket#copyFrom].
public final class ObjectVersions {

    private final RequestTracker tracker;
    private final S3Requests requests;

    ObjectVersions(RequestTracker tracker, S3Requests requests) {
        this.tracker = tracker;
        this.requests = requests;
    }

    /// The versioning of the bucket, now.
    public VersioningState state() throws IOException {
        try {
            return tracker.run(() -> requests.versions().state());
        } catch (StoreException e) {
            if (e.kind() == Kind.INVALID) {
                return VersioningState.OFF; // It knows no such request.
            }
            throw e;
        }
    }

    /// One page of the versions of all keys that begin with `prefix`.
    ///
    /// @param limit at most so many entries, 1 to [ListQuery#MAX_LIMIT]
    /// @param after the [VersionPage#next()] of the page before, or null for the first
    public VersionPage list(String prefix, int limit, @Nullable Marker after) throws IOException {
        return tracker.run(() -> requests.versions().list(prefix, limit, after));
    }

    /// Looks one version up, with its headers; empty if it is not there.
    public Optional<StoredObject> head(ObjectKey key, String id) throws IOException {
        return tracker.run(() -> requests.versions().head(key, id));
    }

    /// Opens one version as a stream.
    ///
    /// @param range null for the whole object
    public ObjectContent read(ObjectKey key, String id, @Nullable ByteRange range) throws IOException {
        return tracker.run(() -> requests.versions().get(key, id, range));
    }
}
