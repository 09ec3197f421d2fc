package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersions;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The versions of a folder's objects, page by page: keys in their order, the versions of a key from the newest to the
/// oldest. Holds one page. For one thread.
final class VersionListing {

    private final BucketFolder folder;
    private final String prefix;
    private final int pageSize;
    private Iterator<ObjectVersion> page = List.<ObjectVersion>of().iterator();
    private ObjectVersions.Page.@Nullable Marker next;
    private boolean last;
    private @Nullable ObjectKey before;

    /// @param start beginning of the names below the folder; empty for all
    /// @param pageSize the number of versions for which S3 is asked at once
    VersionListing(BucketFolder folder, String start, int pageSize) {
        this.folder = folder;
        this.prefix = folder.prefix() + start;
        this.pageSize = pageSize;
    }

    VersionListing(BucketFolder folder, String start) {
        this(folder, start, ListQuery.MAX_LIMIT);
    }

    /// The next version, with its key from the bucket's root; null after the last.
    ///
    /// @throws BackupException for a store that lists in another order
    @Nullable
    ObjectVersion next() throws IOException {
        while (!page.hasNext()) {
            if (last) {
                return null;
            }
            turn();
        }
        ObjectVersion version = page.next();
        requireOrder(version.key());
        return version;
    }

    private void turn() throws IOException {
        ObjectVersions.Page turned = folder.bucket().versions().list(prefix, pageSize, next);
        page = turned.versions().iterator();
        next = turned.next();
        last = next == null;
    }

    private void requireOrder(ObjectKey key) throws BackupException {
        if (before != null && before.compareTo(key) > 0) {
            throw new BackupException(
                    BackupException.Kind.STORE,
                    "cannot list the versions of " + folder + ": " + key + " comes after " + before
                            + ", which is not S3's order",
                    "use a store that lists keys in the order of their bytes");
        }
        before = key;
    }
}
