package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files in the snapshots of a site's backups, for WordPress. A snapshot without the file is a
/// [java.nio.file.NoSuchFileException], a damaged one another [java.nio.file.FileSystemException].
public interface KeptCopies {

    /// Reads the states of a file from the newest snapshots.
    History of(FilePath path) throws IOException;

    /// Opens the bytes of a file in a snapshot.
    ///
    /// @param id of the snapshot
    ObjectContent open(String id, FilePath path, @Nullable ByteRange range) throws IOException;

    /// The object that a copy takes these bytes from, with its metadata.
    CopySource source(String id, FilePath path) throws IOException;

    /// The states of one file.
    ///
    /// @param states each once, that of the newest snapshot first
    /// @param more true if there are older snapshots, which were not read
    record History(List<State> states, boolean more) {

        public History {
            states = List.copyOf(states);
        }
    }

    /// A state of a file.
    ///
    /// @param id of the newest snapshot that has it
    /// @param moment of that snapshot
    /// @param modified when the file was written
    /// @param fileEtag entity tag of the file itself, quotes included
    /// @param etag that of the copy
    record State(String id, Instant moment, Instant modified, long size, String fileEtag, String etag) {

        /// True if these are the bytes of a file with this entity tag, which may have been brought back.
        boolean isOf(String now) {
            return now.equals(fileEtag)
                    || now.equals(etag)
                    || StoredObject.etagInOnePart(etag).filter(now::equals).isPresent();
        }
    }
}
