package dev.aloft.server.cache;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The origin has no answer. Contains the answer for the client if the cache has none either; the message is for the
/// operator.
public sealed class OriginFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String text;

    /// @param status for the client: 404, 413, 502, 503 or 504
    /// @param text for the client; it says nothing of what lies behind
    /// @param message for the operator: what was attempted, on what, what was found
    public OriginFailure(int status, String text, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.text = text;
    }

    /// Any failure as one of the origin's.
    public static OriginFailure of(IOException failure) {
        return failure instanceof OriginFailure ours
                ? ours
                : new OriginFailure(
                        502, "the site broke its answer off", String.valueOf(failure.getMessage()), failure);
    }

    /// The status for the client: 404, 413, 502, 503 or 504.
    public int status() {
        return status;
    }

    /// The text for the client, in one line, without details of the origin.
    public String text() {
        return text;
    }

    /// The origin no longer has the version whose rest was requested. The part in the cache is useless, because the
    /// rest will never come.
    public static final class RepresentationGone extends OriginFailure {

        private static final long serialVersionUID = 1;

        /// @param message for the operator
        public RepresentationGone(String message, @Nullable Throwable cause) {
            super(503, "Service Unavailable", message, cause);
        }
    }
}
