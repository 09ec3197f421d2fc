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

    /// @param found what was found, in one line
    /// @param advice what to do next, in one line
    DatabaseException(Kind kind, String found, String advice) {
        super(found);
        this.kind = kind;
        this.advice = advice;
    }

    /// The place where it is repaired.
    public Kind kind() {
        return kind;
    }

    /// The remedy, in one line.
    public String advice() {
        return advice;
    }
}
