package dev.aloft.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Standard output of the process. It remembers the reason of a failed write, which [PrintStream] and
/// [java.io.PrintWriter] do not tell.
public final class StandardOutput extends OutputStream {

    private static final AtomicReference<@Nullable IOException> FAILURE = new AtomicReference<>();

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    private StandardOutput() {}

    /// Makes it [System#out].
    public static void install() {
        String encoding = System.getProperty("stdout.encoding", "UTF-8");
        System.setOut(new PrintStream(new StandardOutput(), true, Charset.forName(encoding)));
    }

    /// Requires that everything has been written.
    ///
    /// @param hasError true if a writer before it has failed
    /// @throws ClosedException if the reader has stopped reading
    /// @throws IOException if a write has failed
    public static void requireWritten(boolean hasError) throws IOException {
        if (!System.out.checkError() && !hasError) {
            return;
        }
        IOException reason = FAILURE.get();
        String message = reason == null ? "a write has failed" : String.valueOf(reason.getMessage());
        if (message.contains("Broken pipe")) {
            throw new ClosedException();
        }
        throw new IOException("standard output cannot be written: " + message, reason);
    }

    /// The reader of standard output has stopped reading, as `head` does. It ends a command and is no error.
    public static final class ClosedException extends IOException {

        private static final long serialVersionUID = 1;

        private ClosedException() {
            super("the reader of the output has stopped reading");
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        try {
            out.write(bytes, start, length);
        } catch (IOException e) {
            FAILURE.set(e);
            throw e;
        }
    }
}
