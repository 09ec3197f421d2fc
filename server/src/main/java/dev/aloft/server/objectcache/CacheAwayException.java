package dev.aloft.server.objectcache;

import java.io.IOException;

/// An exchange was not carried out on the server of an object cache. The keys that it was to change are deleted as soon
/// as the server answers.
public final class CacheAwayException extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean refused;

    /// @param refused true if the server answers, and refuses this exchange
    private CacheAwayException(String message, boolean refused, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    CacheAwayException(String message, Throwable cause) {
        this(message, false, cause);
    }

    CacheAwayException(String message) {
        super(message);
        this.refused = false;
    }

    static CacheAwayException refused(String message) {
        return new CacheAwayException(message, true, new IOException(message));
    }

    boolean isRefused() {
        return refused;
    }
}
