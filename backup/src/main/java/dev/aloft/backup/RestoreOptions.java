package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;

/// Extent of a restoration.
///
/// @param target folder that gets the files: the site's own, or another one of the same store
/// @param scope the part of the files
/// @param deletes true to delete the files that are not wanted
/// @param publishes true to make a private file public again that was public; by default it stays private
public record RestoreOptions(BucketFolder target, Scope scope, boolean deletes, boolean publishes) {

    /// Private files stay private.
    public RestoreOptions(BucketFolder target, Scope scope, boolean deletes) {
        this(target, scope, deletes, false);
    }

    /// The part of a site that an operation is about: everything, or one file or directory.
    ///
    /// @param path below the site's prefix, without a slash at its end; empty for everything
    public record Scope(String path) {

        /// Everything.
        public static final Scope ALL = new Scope("");

        /// @throws IllegalArgumentException for a path that no file can have
        public Scope {
            path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            if (!path.isEmpty()) {
                ObjectKey.of(path);
            }
        }

        /// Fails unless this is everything: an empty site is none of the operator's mistakes, an empty path is.
        void requireAll() throws BackupException {
            if (!path.isEmpty()) {
                throw new BackupException(
                        BackupException.Kind.NOT_FOUND,
                        "there is no file or directory " + path + " to restore",
                        "check the path; it begins below the site's prefix, as in uploads/2026/11/cat.jpg");
            }
        }

        /// True for the file itself, and for files in the directory.
        ///
        /// @param name below the site's prefix
        boolean has(ObjectKey name) {
            return path.isEmpty() || name.value().equals(path) || name.value().startsWith(path + "/");
        }
    }
}
