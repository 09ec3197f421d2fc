package dev.aloft.cli;

import org.jspecify.annotations.Nullable;

/// Why a command ends: one line that says what was found, one that says what to do next, and the exit code.
final class Failure extends Exception {

    private static final long serialVersionUID = 1;

    /// The exit codes of `docs/reference/exit-codes.md`.
    enum Code {
        /// A fault of Aloft's own.
        FAULT(1),
        /// The command line cannot be meant.
        USAGE(2),
        /// The configuration cannot be meant.
        CONFIGURATION(3),
        /// Something that is needed is not installed or not readable on this machine.
        MACHINE(4),
        /// A port or socket is taken, or not ours to take.
        ADDRESS(5),
        /// The bucket is not there, or S3 refuses the credentials.
        STORE(6);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    private final Code code;
    private final String advice;

    Failure(Code code, String found, String advice) {
        this(code, found, advice, null);
    }

    Failure(Code code, String found, String advice, @Nullable Throwable cause) {
        super(found, cause);
        this.code = code;
        this.advice = advice;
    }

    Code code() {
        return code;
    }

    String advice() {
        return advice;
    }

    String found() {
        return String.valueOf(getMessage());
    }
}
