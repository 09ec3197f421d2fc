package dev.aloft.files;

import dev.aloft.store.StoredObject;
import java.time.Instant;

/// The file or directory at a path.
public sealed interface FileStat {

    /// A file and its current version.
    ///
    /// @param contentType as stored with the object, else by the name's extension
    record File(long size, Instant modified, String etag, String contentType) implements FileStat {

        static File of(StoredObject object) {
            String type = object.type()
                    .orElseGet(() -> ContentTypes.ofName(object.key().value()));
            return new File(object.size(), object.modified(), object.etag(), type);
        }
    }

    /// A directory: a marker, or anything below the path.
    enum Directory implements FileStat {
        DIRECTORY
    }
}
