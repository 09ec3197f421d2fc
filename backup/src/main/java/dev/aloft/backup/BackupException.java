package dev.aloft.backup;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A failure of a backup that is not one of the store: what was found, in one line, and what to do next.
public final class BackupException extends IOException {

    private static final long serialVersionUID = 1;

    /// Kind of failure.
    public enum Kind {
        /// No snapshot has this id, or there is none at all.
        NOT_FOUND,
        /// Not a backup of this site, or in an unknown format.
        FOREIGN,
        /// A backup is not as it was written.
        CORRUPT,
        /// The store does not do what a backup relies on.
        STORE,
        /// A create was overtaken by a prune, because it took too long.
        OVERTAKEN
    }

    private final Kind kind;
    private final String advice;

    /// @param found what was attempted, on what, what was found
    /// @param advice what to do next
    public BackupException(Kind kind, String found, String advice) {
        this(kind, found, advice, null);
    }

    BackupException(Kind kind, String found, String advice, @Nullable Throwable cause) {
        super(found, cause);
        this.kind = kind;
        this.advice = advice;
    }

    /// Kind of failure.
    public Kind kind() {
        return kind;
    }

    /// The remedy, in one line.
    public String advice() {
        return advice;
    }
}
