package dev.aloft.backup;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Files to restore: those of a snapshot's manifest, or those of a versioned bucket at a moment. Can be read several
/// times, with the same result.
public interface FileSource {

    /// Opens a reading from the first file on.
    Cursor open() throws IOException;

    /// One reading of the files, in the order of their keys' UTF-8 bytes, each key once. For one thread.
    interface Cursor extends AutoCloseable {

        /// The next file, or null after the last.
        @Nullable
        SnapshotFile next() throws IOException;

        @Override
        default void close() throws IOException {}
    }
}
