package dev.aloft.cli.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reason why a command ends: one line that says what was found, one that says what to do next, and the exit code.
public final class Failure extends Exception {

    private static final long serialVersionUID = 1;

    /// The exit codes of `docs/reference/exit-codes.md`.
    public enum Code {
        /// Internal error.
        FAULT(1),
        /// Invalid command line.
        USAGE(2),
        /// Invalid configuration.
        CONFIGURATION(3),
        /// Something that is needed is not installed or not readable on this machine.
        MACHINE(4),
        /// A port or socket is taken, or not ours to take.
        ADDRESS(5),
        /// The bucket is not there, or S3 refuses the credentials.
        STORE(6),
        /// A backup is missing, damaged, or could not be restored in full.
        BACKUP(7),
        /// The database does not answer, or refuses the user or a statement.
        DATABASE(8),
        /// Some files have failed, and everything else is done.
        PARTLY(9),
        /// There is no file or directory of the name.
        MISSING(10);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    private final Code code;
    private final String advice;

    /// @param found what was found, in one line
    /// @param advice what to do next, in one line
    public Failure(Code code, String found, String advice) {
        this(code, found, advice, null);
    }

    /// @param found what was found: details in further lines
    /// @param advice what to do next, in one line
    public Failure(Code code, String found, String advice, @Nullable Throwable cause) {
        super(found, cause);
        this.code = code;
        this.advice = advice;
    }

    /// Any exception as a failure; an unexpected one as an internal error.
    public static Failure of(Exception e) {
        if (e instanceof Failure failure) {
            return failure;
        }
        return new Failure(Code.FAULT, messageOf(e), "this is a fault of Aloft's: please report it", e);
    }

    /// Message of an exception for people; those of the file system have only a path.
    public static String messageOf(Exception e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException missing -> "there is no " + missing.getFile();
            case FileAlreadyExistsException other -> other.getFile() + " exists and is not a folder";
            case IOException io when io.getMessage() != null -> io.getMessage();
            default -> e.toString();
        };
    }

    public Code code() {
        return code;
    }

    public String advice() {
        return advice;
    }

    public String found() {
        return text().lines().findFirst().orElse("").replaceFirst(":$", "");
    }

    /// Further lines of what was found, such as the end of a server's log; printed first.
    public List<String> details() {
        return text().lines().skip(1).toList();
    }

    private String text() {
        return String.valueOf(getMessage());
    }
}
