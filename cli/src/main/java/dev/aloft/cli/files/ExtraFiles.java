package dev.aloft.cli.files;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Entries that only the destination of [FileTransfer#sync] has, in the order of their keys. They are kept in a
/// temporary file, so that memory does not grow with their number. For one thread, which closes it.
final class ExtraFiles implements AutoCloseable {

    private final Path file;
    private final DataOutputStream out;
    private @Nullable DataInputStream in;
    private long count;

    private ExtraFiles(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /// None yet.
    static ExtraFiles none() throws IOException {
        return new ExtraFiles(Files.createTempFile("aloft-", ".extra"));
    }

    void add(Entry entry) throws IOException {
        out.writeUTF(entry.name());
        out.writeUTF(entry.kind().name());
        out.writeLong(entry.size());
        Instant modified = entry.modified();
        out.writeLong(modified.getEpochSecond());
        out.writeInt(modified.getNano());
        out.writeUTF(entry.etag());
        count++;
    }

    /// Reads all from the first; once, after the last was added.
    Entry.Source read() throws IOException {
        out.flush();
        DataInputStream entries = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
        in = entries;
        return () -> count-- > 0 ? next(entries) : null;
    }

    private static Entry next(DataInputStream in) throws IOException {
        return new Entry(
                in.readUTF(),
                Entry.Kind.valueOf(in.readUTF()),
                in.readLong(),
                Instant.ofEpochSecond(in.readLong(), in.readInt()),
                in.readUTF(),
                "");
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (in != null) {
            in.close();
        }
        Files.delete(file);
    }
}
