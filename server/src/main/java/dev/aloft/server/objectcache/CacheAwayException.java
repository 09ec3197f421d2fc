package dev.aloft.server.objectcache;

import java.io.IOException;

/// The server of an object cache does not answer. The keys of the exchange are deleted when it does again.
public final class CacheAwayException extends IOException {

    private static final long serialVersionUID = 1;

    CacheAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    CacheAwayException(String message) {
        super(message);
    }
}
