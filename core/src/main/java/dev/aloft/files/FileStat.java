package dev.aloft.files;

import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import java.time.Instant;

/// The file or directory at a path.
public sealed interface FileStat {

    /// A file and its current version.
    ///
    /// @param contentType as stored with the object, else by the name's extension
    /// @param isPrivate true if the object has the mark of a private file; false for a file of a listing, where
    ///     marks are not known
    record File(long size, Instant modified, String etag, String contentType, boolean isPrivate) implements FileStat {

        static File of(StoredObject object) {
            String type = object.type()
                    .orElseGet(() -> ContentTypes.ofName(object.key().value()));
            return new File(object.size(), object.modified(), object.etag(), type, PrivateMark.isOn(object));
        }
    }

    /// A directory: a marker, or anything below the path.
    enum Directory implements FileStat {
        DIRECTORY
    }
}
