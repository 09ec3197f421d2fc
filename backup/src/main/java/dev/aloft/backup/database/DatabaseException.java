package dev.aloft.backup.database;

import java.io.IOException;

/// A failure of the database's part of a backup: one line that says what was found, and one that says what to do.
/// Neither holds a credential.
public final class DatabaseException extends IOException {

    private static final long serialVersionUID = 1;

    /// The kind of failure, by the place where it is repaired.
    public enum Kind {
        /// A wp-config.php or an option file that cannot be read or understood.
        CONFIGURATION,
        /// A client program or a folder of this machine.
        MACHINE,
        /// The server does not answer, or refuses the user or a statement.
        SERVER,
        /// A dump or a binary log that is damaged, incomplete, or does not reach the moment that was asked for.
        CONTENT
    }

    private final Kind kind;
    private final String advice;
    private final int errorNumber;

    /// @param found what was found, in one line
    /// @param advice what to do next, in one line
    DatabaseException(Kind kind, String found, String advice) {
        this(kind, found, advice, 0);
    }

    /// @param errorNumber of the server or the client program, 0 if it gave none
    DatabaseException(Kind kind, String found, String advice, int errorNumber) {
        super(found);
        this.kind = kind;
        this.advice = advice;
        this.errorNumber = errorNumber;
    }

    /// The place where it is repaired.
    public Kind kind() {
        return kind;
    }

    /// The number of the server's error, 0 if it gave none.
    int errorNumber() {
        return errorNumber;
    }

    /// The remedy, in one line.
    public String advice() {
        return advice;
    }
}
