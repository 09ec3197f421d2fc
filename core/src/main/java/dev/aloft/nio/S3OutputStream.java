package dev.aloft.nio;

import dev.aloft.files.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;

/// A new version of a file: its bytes travel while they are written, and appear, whole, when [#close()] returns.
/// An interrupt gives it up. For one thread.
final class S3OutputStream extends OutputStream {

    private final S3Path path;
    private final FileOutput output;
    private final Closeable abandonment = this::abort;

    private S3OutputStream(S3Path path, FileOutput output) {
        this.path = path;
        this.output = output;
    }

    static S3OutputStream open(S3Path path, FileOutput output) {
        S3OutputStream stream = new S3OutputStream(path, output);
        path.getFileSystem().opened(stream.abandonment);
        return stream;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        try {
            output.write(bytes, offset, count);
        } catch (IOException e) {
            throw Failures.isInterrupt(e) ? closedByInterrupt() : Failures.of(path, e);
        }
    }

    private ClosedByInterruptException closedByInterrupt() {
        abort();
        return new ClosedByInterruptException();
    }

    @Override
    public void close() throws IOException {
        path.getFileSystem().ended(abandonment);
        try {
            output.close();
        } catch (IOException e) {
            throw Failures.isInterrupt(e) ? closedByInterrupt() : Failures.of(path, e);
        } finally {
            path.getFileSystem().operations().changed(path);
        }
    }

    /// Forgets what was written: the file stays as it was.
    void abort() {
        path.getFileSystem().ended(abandonment);
        output.abort();
    }
}
