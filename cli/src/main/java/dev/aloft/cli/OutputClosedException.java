package dev.aloft.cli;

import java.io.IOException;

/// The reader of standard output has stopped reading, as `head` does. It ends a command and is no error.
final class OutputClosedException extends IOException {

    private static final long serialVersionUID = 1;

    OutputClosedException() {
        super("the reader of the output has stopped reading");
    }
}
