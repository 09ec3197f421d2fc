package dev.aloft.nio;

import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Turns what goes wrong below into the exceptions of `java.nio.file`; nothing else leaves this package.
final class Failures {

    private Failures() {}

    /// Runs an operation on a file, in the JDK's words.
    static <T> T worded(S3Path path, Call<T> call) throws IOException {
        path.getFileSystem().demandOpen();
        try {
            return call.run();
        } catch (StoreException e) {
            throw of(path.uri(), e);
        }
    }

    /// @param uri of the file that the caller named
    static IOException of(String uri, IOException e) {
        if (!(e instanceof StoreException store)) {
            return e;
        }
        String reason = store.getMessage();
        IOException ours = switch (store.kind()) {
            case NOT_FOUND -> new NoSuchFileException(uri, null, reason);
            case CREDENTIALS, DENIED -> new AccessDeniedException(uri, null, reason);
            case INTERRUPTED -> new InterruptedIOException(reason);
            case NO_BUCKET, PRECONDITION, RANGE, INVALID, TOO_LARGE, FULL, TIMEOUT, BUSY, UNAVAILABLE ->
                new FileSystemException(uri, null, reason);
        };
        ours.initCause(store);
        return ours;
    }

    /// Whether a failure is that the thread was interrupted; its status is set then.
    static boolean isInterrupt(IOException e) {
        return e instanceof ClosedByInterruptException
                || (e instanceof StoreException store && store.kind() == StoreException.Kind.INTERRUPTED);
    }

    interface Call<T> {
        T run() throws IOException;
    }
}
