package dev.aloft.server.cache;

import java.io.IOException;

/// The disk does not take what is to be kept there: it is full, or ill.
final class DiskFailure extends IOException {

    private static final long serialVersionUID = 1;

    DiskFailure(String message, IOException cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
