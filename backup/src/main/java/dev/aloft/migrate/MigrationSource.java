package dev.aloft.migrate;

import dev.aloft.bulk.Joined;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The place that uploads are moved away from. Safe for many threads.
sealed interface MigrationSource permits FolderSource, BucketSource {

    /// The files that take part and can be objects, in the order of their keys.
    ///
    /// @param refused takes the name of each entry that cannot be an object, and the reason
    Joined.Source<SourceFile> files(MigrationSides sides, BiConsumer<String, String> refused) throws IOException;

    /// Copies a file with its headers and metadata.
    ///
    /// @param isPrivate true to mark the object as private, whatever the metadata say
    /// @return the ETag of its object
    String copy(SourceFile file, MigrationSides sides, boolean isPrivate, WriteCondition condition) throws IOException;

    /// The file as it is now, equal to the given one if it has not changed; empty if it is gone.
    Optional<SourceFile> again(SourceFile file) throws IOException;

    /// Opens the bytes of a file.
    InputStream read(SourceFile file) throws IOException;

    /// The time at which a file came to its place, which can be later than its last change.
    Instant came(SourceFile file) throws IOException;

    /// The time that is in the metadata of a copy of this version.
    Instant time(SourceFile file) throws IOException;

    /// True if an object of the same size is a copy of this version.
    ///
    /// @param now with headers and metadata
    boolean isCopied(SourceFile file, StoredObject now) throws IOException;

    /// True if the ETag of an object of the same size proves that it has the bytes of a file, or its metadata say so
    /// where the ETag is none of bytes.
    boolean hasTag(SourceFile file, StoredObject object, MigrationSides sides) throws IOException;
}
