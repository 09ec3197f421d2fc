package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import java.util.function.Predicate;

/// The two sides of a migration: a local folder, and the directory of a bucket that has its files.
///
/// @param local the folder
/// @param files of the site, which decide the headers of what is written
/// @param objects the objects of the directory, and nothing else
/// @param deletions marks of files that the site has deleted although the folder has them
/// @param filter names of the files that take part; the others are left alone on both sides
public record MigrationSides(
        LocalFolder local, FileTree files, BucketFolder objects, BucketFolder deletions, Predicate<String> filter) {

    /// @param bucket of the site
    /// @param uploads directory of the bucket, such as `shop/uploads`
    public static MigrationSides of(
            LocalFolder local, FileTree files, Bucket bucket, FilePath uploads, Predicate<String> filter) {
        return new MigrationSides(
                local,
                files,
                new BucketFolder(bucket, uploads.value() + "/"),
                new BucketFolder(bucket, deletions(files.top(), uploads).value() + "/"),
                filter);
    }

    /// The directory with the marks of files that the site has deleted although a local folder has them.
    ///
    /// @param prefix of the site
    public static FilePath deletions(FilePath prefix, FilePath uploads) {
        return prefix.resolve("migration/deleted/" + prefix.relativize(uploads));
    }

    boolean has(String name) {
        return filter.test(name);
    }

    Bucket bucket() {
        return objects.bucket();
    }

    /// The key of a file's object.
    ObjectKey key(String name) {
        return objects.key(name);
    }

    /// The path of a file in the bucket.
    FilePath path(String name) {
        return FilePath.of(key(name).value());
    }
}
