package dev.aloft.backup;

import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The objects of a folder, page by page, in the order of their keys. Holds one page. For one thread.
final class LiveFiles {

    private final BucketFolder folder;
    private ListQuery query;
    private Iterator<StoredObject> page = List.<StoredObject>of().iterator();
    private boolean last;
    private long hidden;
    private @Nullable ObjectKey before;

    /// @param start beginning of the names below the folder; empty for all
    LiveFiles(BucketFolder folder, String start) {
        this.folder = folder;
        this.query = ListQuery.flat(folder.prefix() + start);
    }

    /// The next object, with its key from the bucket's root; null after the last.
    ///
    /// @throws BackupException for a store that lists in another order
    @Nullable
    StoredObject next() throws IOException {
        while (true) {
            while (!page.hasNext()) {
                if (last) {
                    return null;
                }
                turn();
            }
            StoredObject object = page.next();
            requireOrder(object.key());
            if (folder.name(object.key()).isPresent()) {
                return object;
            }
        }
    }

    /// The number of keys so far that are no path, such as `a//b`; they are no files.
    long hidden() {
        return hidden;
    }

    private void turn() throws IOException {
        Page next = folder.bucket().list(query);
        page = next.objects().iterator();
        hidden += next.hidden();
        last = next.nextToken().isEmpty();
        query = query.after(next.nextToken().orElse(null));
    }

    private void requireOrder(ObjectKey key) throws BackupException {
        if (before != null && before.compareTo(key) >= 0) {
            throw new BackupException(
                    BackupException.Kind.STORE,
                    "cannot list " + folder + ": " + key + " comes after " + before + ", which is not S3's order",
                    "use a store that lists keys in the order of their bytes (directory buckets do not)");
        }
        before = key;
    }
}
