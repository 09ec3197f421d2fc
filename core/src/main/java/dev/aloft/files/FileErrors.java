package dev.aloft.files;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/// The wording of file errors: the JDK's exceptions, each with its reason, for every face on the files.
///
/// `file` is the exception's file: the path as the face names it, such as `s3://media/uploads/cat.jpg`.
public final class FileErrors {

    private FileErrors() {}

    /// Nothing is at the path.
    public static NoSuchFileException noSuchFile(String file) {
        return new NoSuchFileException(file, null, "no such file or directory");
    }

    /// The version is not among those that the bucket keeps of the file.
    static NoSuchFileException noSuchVersion(String file) {
        return new NoSuchFileException(file, null, "no such version");
    }

    /// The bucket's versioning is off.
    static FileSystemException noVersions(String file) {
        return new FileSystemException(file, null, "the bucket keeps no versions");
    }

    /// The bucket's versioning is suspended.
    static FileSystemException replacesForGood(String file) {
        return new FileSystemException(
                file, null, "versioning is suspended, so a restored version could replace another one for good");
    }

    /// A file is at a path that names a directory by its trailing slash.
    public static NoSuchFileException noSuchDirectory(String file) {
        return new NoSuchFileException(file, null, "is not a directory");
    }

    /// The target exists, and may not be replaced.
    public static FileAlreadyExistsException alreadyExists(String file) {
        return new FileAlreadyExistsException(file, null, "it exists already");
    }

    /// A file is where a directory is to be made.
    public static FileAlreadyExistsException isFile(String file) {
        return new FileAlreadyExistsException(file, null, "it is a file");
    }

    /// The operation takes a file.
    ///
    /// @param attempt the verb: `read`
    public static FileSystemException isDirectory(String file, String attempt) {
        return new FileSystemException(file, null, "cannot " + attempt + ": is a directory");
    }

    /// The operation takes a directory.
    static NotDirectoryException notDirectory(String file) {
        return new NotDirectoryException(file);
    }

    /// The directory holds something.
    public static DirectoryNotEmptyException notEmpty(String file) {
        return new DirectoryNotEmptyException(file);
    }

    /// The path is above or beside the tree's top.
    ///
    /// @param top as the face names it
    public static AccessDeniedException outside(String file, String top) {
        return new AccessDeniedException(file, null, "it lies outside " + top + ", this site's files");
    }

    /// The operation does not take the tree's top.
    static AccessDeniedException isTop(String file) {
        return new AccessDeniedException(file, null, "it is the top of the site's files");
    }

    /// A directory's new name lies below its old one.
    public static FileSystemException intoItself(String source, String target) {
        return new FileSystemException(source, target, "a directory cannot be moved into itself");
    }

    /// A directory's new name is taken.
    static FileSystemException replacesNothing(String source, String target) {
        return new FileSystemException(source, target, "a directory replaces nothing");
    }

    /// Another host made the file first.
    static FileSystemException createdMeanwhile(String file, @Nullable Throwable cause) {
        return caused(new FileAlreadyExistsException(file, null, "another writer has made it in the meantime"), cause);
    }

    /// Another host changed the file first, whose version stays.
    static FileSystemException changedMeanwhile(String file, @Nullable Throwable cause) {
        return failed(file, "not written: another writer has changed it in the meantime", cause);
    }

    /// S3 did not do what it was asked.
    ///
    /// @param reason for the exception's reason
    public static FileSystemException failed(String file, String reason, @Nullable Throwable cause) {
        return caused(new FileSystemException(file, null, reason), cause);
    }

    /// An earlier write of an open file failed, so its bytes are not published.
    static FileSystemException brokenWrite(String file) {
        return failed(file, "not written: an earlier write of it failed", null);
    }

    private static FileSystemException caused(FileSystemException e, @Nullable Throwable cause) {
        if (cause != null) {
            e.initCause(cause);
        }
        return e;
    }
}
