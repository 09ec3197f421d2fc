package dev.aloft.files;

import dev.aloft.store.ObjectWriter;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.OutputStream;

/// A new version of a file, written from its beginning to its end.
///
/// Its bytes go to S3 while they are written, several parts at a time, and are visible when [#close()] returns,
/// whole. [#abort()] forgets them; so does a failed write, after which closing fails too. The caller calls
/// one of the two. For one thread. Public for [dev.aloft.nio].
public final class FileOutput extends OutputStream {

    private final ObjectWriter writer;
    private final Refusal refusal;
    private boolean ended;
    private boolean broken;

    FileOutput(ObjectWriter writer, Refusal refusal) {
        this.writer = writer;
        this.refusal = refusal;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        requireOpen();
        try {
            writer.write(bytes, offset, count);
        } catch (IOException e) {
            broken = true;
            writer.abort();
            throw refusal.of(e);
        }
    }

    /// Publishes what was written.
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        if (broken) {
            throw new IOException("not written: an earlier write of this stream failed");
        }
        try {
            StoredObject written = writer.complete();
            assert written.size() == writer.size();
        } catch (IOException e) {
            throw refusal.of(e);
        } finally {
            writer.abort(); // does nothing after success
        }
    }

    /// Forgets what was written: the file stays as it was. Does nothing after [#close()].
    public void abort() {
        ended = true;
        writer.abort();
    }

    private void requireOpen() throws IOException {
        if (ended || broken) {
            throw new IOException("the stream is closed");
        }
    }

    /// Says what a failure to write means for the file.
    interface Refusal {
        IOException of(IOException failure);
    }
}
