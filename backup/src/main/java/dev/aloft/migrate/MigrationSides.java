package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The two sides of a migration: the place that files are moved from, and the directory of a bucket that gets them.
///
/// @param source the place
/// @param files of the site, which decide the headers of what is written
/// @param objects the objects of the directory, and nothing else
/// @param deletions marks of files that the site has deleted although the source has them
/// @param filter names of the files that take part; the others are left alone on both sides
public record MigrationSides(
        MigrationSource source,
        FileTree files,
        BucketFolder objects,
        BucketFolder deletions,
        Predicate<String> filter) {

    private static final Pattern MD5 = Pattern.compile("\"[0-9a-f]{32}\"");

    /// A local folder beside a bucket.
    ///
    /// @param bucket of the site
    /// @param uploads directory of the bucket, such as `shop/uploads`
    public static MigrationSides of(
            LocalFolder local, FileTree files, Bucket bucket, FilePath uploads, Predicate<String> filter) {
        return of(new FolderSource(local), files, bucket, uploads, filter);
    }

    /// Two buckets, of any providers.
    ///
    /// @param from directory of the old bucket
    /// @param bucket of the site
    /// @param uploads directory of the bucket, such as `shop/uploads`
    public static MigrationSides of(
            BucketFolder from, FileTree files, Bucket bucket, FilePath uploads, Predicate<String> filter) {
        return of(new BucketSource(from), files, bucket, uploads, filter);
    }

    private static MigrationSides of(
            MigrationSource source, FileTree files, Bucket bucket, FilePath uploads, Predicate<String> filter) {
        return new MigrationSides(
                source,
                files.forMoves(),
                new BucketFolder(bucket.forMoves(), uploads.value() + "/"),
                new BucketFolder(bucket, deletions(files.top(), uploads).value() + "/"),
                filter);
    }

    /// The directory with the marks of files that the site has deleted although the place they come from has them.
    ///
    /// @param prefix of the site
    public static FilePath deletions(FilePath prefix, FilePath uploads) {
        return prefix.resolve("migration/deleted/" + prefix.relativize(uploads));
    }

    /// True for the ETag of an object that was written by one request and is encrypted by no key of its own.
    static boolean isMd5(String etag) {
        return MD5.matcher(etag).matches();
    }

    /// The folder of a migration that has one.
    LocalFolder local() {
        return switch (source) {
            case FolderSource folder -> folder.folder();
            case BucketSource bucket -> throw new IllegalStateException(bucket.folder() + " is no local folder");
        };
    }

    /// The reason why a name cannot be a key.
    Optional<String> defect(String name) {
        try {
            ObjectKey _ = key(name);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("has a name that S3 does not take: " + e.getMessage());
        }
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
