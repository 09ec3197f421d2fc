package dev.aloft.server.agent;

import dev.aloft.server.editor.PictureEditor;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.eclipse.jetty.http.HttpException;

/// The answer to a failed exchange: the one place where an exception becomes a status of the protocol.
///
/// @param message one line for the client
/// @param isFault whether a fault of the agent's has come to light, so that its operator needs to see where
record Problem(int status, String message, boolean isFault) {

    Problem(int status, String message) {
        this(status, message, false);
    }

    /// True if the operator should see it: the store or the agent is at fault, not the request.
    boolean worthLogging() {
        return status >= 500 || status == 403 || status == 408;
    }

    static Problem of(Exception e) {
        return switch (e) {
            case NoSuchFileException missing -> new Problem(404, line(missing));
            case FileAlreadyExistsException there -> new Problem(412, line(there));
            case AccessDeniedException outside -> new Problem(403, line(outside));
            case DirectoryNotEmptyException full -> new Problem(409, full.getFile() + ": the directory is not empty");
            case NotDirectoryException file -> new Problem(409, file.getFile() + ": is not a directory");
            case FileSystemException other -> new Problem(409, line(other));
            case StoreException store -> new Problem(status(store.kind()), message(store));
            case IllegalArgumentException malformed -> new Problem(400, message(malformed));
            case HttpException.RuntimeException malformed -> new Problem(malformed.getCode(), message(malformed));
            case SlowClients.Stalled _ -> new Problem(408, "the rest of the request did not arrive in time");
            case PictureEditor.RefusedException refused ->
                new Problem(refused.isPassing() ? 503 : 422, message(refused));
            case IOException broken -> new Problem(500, "the exchange broke off: " + message(broken));
            default -> new Problem(500, oneLine("a fault of the agent: " + e), true);
        };
    }

    private static int status(StoreException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> 404;
            case CREDENTIALS, DENIED -> 403;
            case PRECONDITION -> 412;
            case RANGE -> 416;
            case INVALID -> 400;
            case TOO_LARGE -> 413;
            case FULL -> 507;
            case TIMEOUT -> 504;
            case NO_BUCKET, INTERRUPTED, BUSY, BAD_ANSWER, UNAVAILABLE -> 503;
        };
    }

    private static String line(FileSystemException e) {
        String reason = e.getReason() == null ? "" : ": " + e.getReason();
        String other = e.getOtherFile() == null ? "" : " -> " + e.getOtherFile();
        return oneLine(e.getFile() + other + reason);
    }

    private static String message(Exception e) {
        return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
    }

    static String oneLine(String text) {
        return text.replaceAll("[\\r\\n\\t]+", " ");
    }
}
