package dev.aloft.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Deletions of objects in S3. A file that the fallback has is marked first, so that it does not come back. Safe for
/// many threads.
record ObjectDeletions(
        RequestTracker tracker, S3Requests requests, ConditionalSupport conditions, FallbackObjects fallback) {

    /// Deletes an object, see [Bucket#delete(ObjectKey)].
    void delete(ObjectKey key) throws IOException {
        fallback.markDeleted(key);
        tracker.delete(key, () -> requests.delete(key));
    }

    /// Deletes an object that may be missing, see [Bucket#deleteExisting].
    DeleteResult deleteExisting(ObjectKey key) throws IOException {
        if (fallback.isConfigured() || !requests.provider().deletesOnlyWhatIsThere()) {
            return DeleteResult.NOT_TRIED;
        }
        return tracker.deleted(key, () -> requests.deleteExisting(key));
    }

    /// Deletes a version, see [Bucket#delete(StoredObject)].
    void delete(StoredObject listed) throws IOException {
        Optional<StoredObject> version = fallback.asListed(listed);
        if (version.isEmpty()) {
            return;
        }
        if (conditions.supports(ConditionalRequest.DELETE, listed.key())) {
            fallback.markDeleted(listed.key());
            fallback.deleteVersion(version.get());
        } else {
            delete(listed.key());
        }
    }

    /// Deletes many objects, see [Bucket#deleteAll].
    DeleteReport deleteAll(List<ObjectKey> keys) throws IOException {
        fallback.markDeleted(keys);
        return tracker.deleteAll(keys, requests::deleteAll);
    }
}
