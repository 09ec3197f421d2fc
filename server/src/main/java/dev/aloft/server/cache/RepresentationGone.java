package dev.aloft.server.cache;

import org.jspecify.annotations.Nullable;

/// The origin has another version than the one whose rest is asked for, or none any more. What is held of it is of no
/// use: its rest will never come.
public final class RepresentationGone extends OriginFailure {

    private static final long serialVersionUID = 1;

    /// @param message for the operator
    public RepresentationGone(String message, @Nullable Throwable cause) {
        super(503, "Service Unavailable", message, cause);
    }
}
