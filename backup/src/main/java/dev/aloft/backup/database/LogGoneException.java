package dev.aloft.backup.database;

import java.io.IOException;

/// The server does not have the place in its binary log that the archive reaches to, any more or because it is another
/// server.
final class LogGoneException extends IOException {

    private static final long serialVersionUID = 1;

    LogGoneException(String message) {
        super(message);
    }
}
