package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A place with files that are not in S3 yet: a local folder, or the bucket that a site moves away from. It is only
/// read. Safe for many threads.
///
/// A file is alive until the site deletes it: then S3 gets a mark, an empty object below `deletions`, which is valid
/// unless the file is written anew.
///
/// Files are objects here, with the key, the headers and the metadata that they get in S3, and an ETag of their own.
public abstract sealed class Fallback permits FolderFallback, BucketFallback {

    /// ETags of files that are not in S3 begin so.
    static final String TAG = "\"local-";

    private final String prefix;
    private final String deletions;

    /// @param prefix of the keys that its files have
    /// @param deletions prefix of the marks
    Fallback(String prefix, String deletions) {
        if (!prefix.endsWith("/") || !deletions.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with a slash: " + prefix + ", " + deletions);
        }
        this.prefix = prefix;
        this.deletions = deletions;
    }

    /// A local folder.
    ///
    /// @param prefix of the keys that its files have: `shop/uploads/`
    /// @param deletions prefix of the marks: `shop/migration/deleted/uploads/`
    /// @param headers of the object that a file becomes
    /// @throws IllegalArgumentException for a prefix without a slash at its end
    public static Fallback of(
            LocalFolder folder, String prefix, String deletions, Function<ObjectKey, ObjectHeaders> headers) {
        return new FolderFallback(folder, prefix, deletions, headers);
    }

    /// The objects of another bucket, or of another prefix; they keep their headers and metadata.
    ///
    /// @param bucket that has them
    /// @param from prefix of their keys there: `uploads/`; empty for the whole bucket
    /// @param prefix of the keys that they get: `shop/uploads/`
    /// @param deletions prefix of the marks: `shop/migration/deleted/uploads/`
    /// @throws IllegalArgumentException for a prefix without a slash at its end
    public static Fallback of(Bucket bucket, String from, String prefix, String deletions) {
        return new BucketFallback(bucket, from, prefix, deletions);
    }

    /// Prefix of the keys that its files have.
    String prefix() {
        return prefix;
    }

    /// Prefix of the marks.
    String deletions() {
        return deletions;
    }

    /// The name of a key below the prefix.
    String name(ObjectKey key) {
        return key.value().substring(prefix.length());
    }

    /// The mark of a key's deletion.
    ///
    /// @param key of a file that was found
    ObjectKey deletion(ObjectKey key) {
        return ObjectKey.of(deletions + name(key));
    }

    /// True if there may be files whose keys begin so.
    boolean covers(String start) {
        return start.startsWith(prefix);
    }

    /// True if this object is a file that was not in S3.
    static boolean isElsewhere(StoredObject file) {
        return file.etag().startsWith(TAG);
    }

    /// True if an object was made of this version of the file, or of one of the same time.
    ///
    /// @param file as it was found
    static boolean isSource(StoredObject file, StoredObject object) {
        return LocalEntry.sourceTime(file.metadata()).equals(LocalEntry.sourceTime(object.metadata()));
    }

    /// Fails if a bucket cannot be reached.
    abstract void requireReachable() throws StoreException;

    /// The file of a key, with headers and metadata.
    abstract Optional<StoredObject> find(ObjectKey key) throws IOException;

    /// Opens a file that was found.
    abstract InputStream read(StoredObject file, long offset) throws IOException;

    /// True if a file is still the version that was found. If not, a host that still writes to this place has changed
    /// it since, and an object that was written later looks newer than it.
    final boolean isUnchanged(StoredObject file) throws IOException {
        return find(file.key()).filter(file::equals).isPresent();
    }

    /// Files, and common prefixes that have some, behind [ListQuery#after]; without headers. The page can be larger
    /// than the query's limit, and its [Page#next] is its last key, or null if nothing follows.
    abstract Page list(ListQuery query) throws IOException;

    /// True if a file below a directory fulfils a condition. Reads no further than to the first.
    ///
    /// @param start of its key, with a slash at its end
    abstract boolean hasFile(String start, Predicate<StoredObject> condition) throws IOException;
}
