package dev.aloft.bulk;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All keys of a bucket that begin with a prefix: the files of a site, or those of its backups.
///
/// @param bucket that holds them
/// @param prefix empty for the whole bucket, else with a slash at its end
public record BucketFolder(Bucket bucket, String prefix) {

    /// @throws IllegalArgumentException for a prefix without a slash at its end
    public BucketFolder {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with a slash: " + prefix);
        }
    }

    /// The key of an object in the bucket.
    ///
    /// @param name below the prefix
    public ObjectKey key(String name) {
        return ObjectKey.of(prefix + name);
    }

    /// The name of an object below the prefix; nothing for the prefix's own marker and for other keys.
    public Optional<ObjectKey> name(ObjectKey key) {
        String value = key.value();
        return value.length() > prefix.length() && value.startsWith(prefix)
                ? Optional.of(ObjectKey.of(value.substring(prefix.length())))
                : Optional.empty();
    }

    /// For messages: `s3://media/shop/cat.jpg`.
    ///
    /// @param key from the bucket's root
    public String uri(ObjectKey key) {
        return "s3://" + bucket.name() + "/" + key;
    }

    /// For messages: `s3://media/shop/`.
    @Override
    public String toString() {
        return "s3://" + bucket.name() + "/" + prefix;
    }

    /// Lists the folder.
    ///
    /// @param start beginning of the names below the folder; empty for all
    public Listing list(String start) {
        return new Listing(this, start);
    }

    /// The objects of a folder in the order of their keys, read ahead; see [KeyPages]. For one thread.
    public static final class Listing {

        private final BucketFolder folder;
        private final KeyPages pages;
        private Iterator<StoredObject> page = List.<StoredObject>of().iterator();
        private long hidden;
        private @Nullable ObjectKey before;

        private Listing(BucketFolder folder, String start) {
            this.folder = folder;
            this.pages = new KeyPages(folder.bucket(), folder.prefix() + start);
        }

        /// The next object, with its key from the bucket's root; null after the last.
        ///
        /// @throws StoreException for a store that lists in another order
        @Nullable
        public StoredObject next() throws IOException {
            while (true) {
                while (!page.hasNext()) {
                    Page next = pages.next();
                    if (next == null) {
                        return null;
                    }
                    page = next.objects().iterator();
                    hidden += next.hidden();
                }
                StoredObject object = page.next();
                requireOrder(object.key());
                if (folder.name(object.key()).isPresent()) {
                    return object;
                }
            }
        }

        /// The number of keys so far that are no path, such as `a//b`; they are no files.
        public long hidden() {
            return hidden;
        }

        /// The name of a listed object below the folder.
        public ObjectKey name(StoredObject listed) {
            return folder.name(listed.key()).orElseThrow();
        }

        private void requireOrder(ObjectKey key) throws StoreException {
            if (before != null && before.compareTo(key) >= 0) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "cannot list " + folder + ": " + key + " comes after " + before
                                + ", which is not S3's order (directory buckets have none)");
            }
            before = key;
        }
    }
}
