package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersions.Versioning;
import java.io.IOException;
import java.util.List;

/// The versions of one file that a versioned bucket still has, the newest first.
///
/// @param versions writes and deletions
/// @param more true if there are older ones, beyond [#MAX_VERSIONS]
public record FileHistory(List<ObjectVersion> versions, boolean more) {

    /// The maximum number of versions that are read.
    public static final int MAX_VERSIONS = 1000;

    public FileHistory {
        versions = List.copyOf(versions);
    }

    /// Reads the versions of a file.
    ///
    /// @param name below the folder
    /// @throws BackupException where the bucket keeps no versions
    public static FileHistory of(BucketFolder folder, ObjectKey name) throws IOException {
        ObjectKey key = folder.key(name.value());
        if (folder.bucket().versions().state() == Versioning.OFF) {
            throw PastFiles.noVersions("cannot list versions of " + name, folder);
        }
        List<ObjectVersion> found = folder.bucket().versions().of(key, MAX_VERSIONS + 1);
        boolean more = found.size() > MAX_VERSIONS;
        return new FileHistory(more ? found.subList(0, MAX_VERSIONS) : found, more);
    }
}
