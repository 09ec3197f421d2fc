package dev.aloft.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file, read and written at any position. [OpenFiles] opens it; the caller closes it.
///
/// Written bytes are invisible to other readers before [#publish()] or [#close()], and then whole. After a write
/// that failed, nothing of it is published, and closing says so. Safe for many threads. Public for [dev.aloft.nio].
public sealed interface OpenFile extends Closeable permits PinnedFile, StagedFile, AppendedFile {

    /// The size in bytes, unpublished writes included.
    long size() throws IOException;

    /// Reads at least one byte, if there is one and the buffer has room.
    ///
    /// @return how many bytes were read; -1 when the position is at the end or beyond
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes the whole buffer; beyond the end, zeros fill the gap. A file that is open for appending takes it at
    /// its end, wherever the position.
    int write(ByteBuffer source, long position) throws IOException;

    /// Shortens the file; a file that is not longer is left unchanged.
    void truncate(long size) throws IOException;

    /// Publishes the bytes written so far as a new version, visible to every host.
    void publish() throws IOException;

    /// Forgets what was written since it was last published, and closes.
    void abort() throws IOException;

    /// Publishes what was written, and closes.
    @Override
    void close() throws IOException;
}
