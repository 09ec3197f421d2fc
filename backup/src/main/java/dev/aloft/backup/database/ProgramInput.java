package dev.aloft.backup.database;

import java.io.IOException;
import java.io.OutputStream;

/// The standard input of a client program. A program that has ended does not read any more, which is told from a
/// failure of what is read elsewhere.
final class ProgramInput extends OutputStream {

    private final OutputStream pipe;

    ProgramInput(OutputStream pipe) {
        this.pipe = pipe;
    }

    /// The program does not read any more.
    static final class Closed extends IOException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        try {
            pipe.write(bytes, offset, count);
        } catch (IOException e) {
            throw new Closed();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            pipe.close();
        } catch (IOException e) {
            throw new Closed();
        }
    }
}
