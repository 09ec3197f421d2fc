package dev.aloft.backup;

import dev.aloft.store.ObjectWriter;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/// An [ObjectWriter] as a stream that counts its bytes and hashes them. The caller ends it with [#complete] or
/// [#abort]; closing does nothing. For one thread.
final class ObjectOutput extends OutputStream {

    private final ObjectWriter writer;
    private final MessageDigest hash;

    ObjectOutput(ObjectWriter writer, MessageDigest hash) {
        this.writer = writer;
        this.hash = hash;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        writer.write(bytes, offset, count);
        hash.update(bytes, offset, count);
    }

    long bytes() {
        return writer.size();
    }

    /// The hash of all bytes; can be asked for once.
    byte[] digest() {
        return hash.digest();
    }

    StoredObject complete() throws IOException {
        return writer.complete();
    }

    void abort() {
        writer.abort();
    }
}
