package dev.aloft.server.cache;

import java.io.IOException;

/// A failed write to the disk cache: the disk is full or faulty.
final class DiskFailure extends IOException {

    private static final long serialVersionUID = 1;

    DiskFailure(String message, IOException cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
