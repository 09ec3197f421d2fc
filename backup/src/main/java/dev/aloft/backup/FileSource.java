package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Files to restore: those of a snapshot's manifest, or those of a versioned bucket at a moment. Can be read several
/// times, with the same result.
public interface FileSource {

    /// Opens a reading from the first file on.
    Cursor open() throws IOException;

    /// Files that the last complete reading could not find as they were.
    default Gaps gaps() {
        return Gaps.NONE;
    }

    /// Keys whose version of the moment S3 may have dropped, because versioning was off or suspended then: the files
    /// that are restored for them are older, or missing.
    ///
    /// @param count of all
    /// @param first some of them, below the folder
    record Gaps(long count, List<ObjectKey> first) {

        /// Nothing is missing.
        static final Gaps NONE = new Gaps(0, List.of());

        /// The number of keys that are kept.
        static final int MAX_KEYS = 20;

        public Gaps {
            first = List.copyOf(first);
        }
    }

    /// One reading of the files, in the order of their keys' UTF-8 bytes, each key once. For one thread.
    interface Cursor extends AutoCloseable {

        /// The next file, or null after the last.
        @Nullable
        SnapshotFile next() throws IOException;

        @Override
        default void close() throws IOException {}
    }
}
