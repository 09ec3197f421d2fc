package dev.aloft.nio;

import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/// Turns what goes wrong below into the exceptions of `java.nio.file`; nothing else leaves this package.
final class Failures {

    private Failures() {}

    /// Runs an operation on a file, in the JDK's words.
    static <T> T worded(S3Path path, Call<T> call) throws IOException {
        path.getFileSystem().requireOpen();
        try {
            return call.run();
        } catch (IOException e) {
            throw of(path, e);
        }
    }

    /// @param path as the caller named it; so the exception does
    static IOException of(S3Path path, IOException e) {
        return switch (e) {
            case StoreException store -> ofStore(path.toString(), store);
            case FileSystemException below when isUri(below.getFile()) -> named(given(path, below.getFile()), below);
            default -> e;
        };
    }

    private static boolean isUri(@Nullable String file) {
        return file != null && file.startsWith("s3://");
    }

    /// A file of the path's bucket, as the caller named it; from the root if the caller named another bucket.
    private static String given(S3Path path, String uri) {
        S3Path normal = path.toAbsolutePath().normalize();
        return uri.equals(normal.uri())
                ? path.toString()
                : uri.substring(
                        "s3://".length() + path.getFileSystem().bucketName().length());
    }

    private static FileSystemException named(String file, FileSystemException e) {
        String reason = e.getReason() == null ? e.getFile() : e.getReason() + " (" + e.getFile() + ")";
        FileSystemException ours = switch (e) {
            case NoSuchFileException _ -> new NoSuchFileException(file, e.getOtherFile(), reason);
            case FileAlreadyExistsException _ -> new FileAlreadyExistsException(file, e.getOtherFile(), reason);
            case AccessDeniedException _ -> new AccessDeniedException(file, e.getOtherFile(), reason);
            case DirectoryNotEmptyException _ -> new DirectoryNotEmptyException(file);
            case NotDirectoryException _ -> new NotDirectoryException(file);
            default -> new FileSystemException(file, e.getOtherFile(), reason);
        };
        ours.initCause(e);
        return ours;
    }

    private static IOException ofStore(String file, StoreException store) {
        String reason = store.getMessage();
        IOException ours = switch (store.kind()) {
            case NOT_FOUND -> new NoSuchFileException(file, null, reason);
            case CREDENTIALS, DENIED -> new AccessDeniedException(file, null, reason);
            case INTERRUPTED -> new InterruptedIOException(reason);
            case NO_BUCKET, PRECONDITION, RANGE, INVALID, TOO_LARGE, FULL, TIMEOUT, BUSY, BAD_ANSWER, UNAVAILABLE ->
                new FileSystemException(file, null, reason);
        };
        ours.initCause(store);
        return ours;
    }

    /// True if the failure is an interrupt of the thread; its interrupt status is set then.
    static boolean isInterrupt(IOException e) {
        return e instanceof ClosedByInterruptException
                || (e instanceof StoreException store && store.kind() == StoreException.Kind.INTERRUPTED);
    }

    interface Call<T> {
        T run() throws IOException;
    }
}
