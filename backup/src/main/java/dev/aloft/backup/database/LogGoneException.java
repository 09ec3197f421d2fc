package dev.aloft.backup.database;

import java.io.IOException;

/// The server does not have the place in its binary log any more that the archive reaches to.
final class LogGoneException extends IOException {

    private static final long serialVersionUID = 1;

    LogGoneException(String message) {
        super(message);
    }
}
