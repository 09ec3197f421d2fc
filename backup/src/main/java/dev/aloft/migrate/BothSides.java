package dev.aloft.migrate;

import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Joined.Pair;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads both sides of a migration together, in the order of the names: one LIST for a thousand objects, and none for a
/// single file. For one thread.
final class BothSides {

    private final MigrationSides sides;
    private final Joined<Pair<SourceFile, StoredObject>, StoredObject> pairs;

    /// One name.
    ///
    /// @param source the file; null if the source has none
    /// @param stored the object; null if S3 has none
    /// @param deletion the mark that the site deleted the file; null without one
    record Both(
            String name,
            @Nullable SourceFile source,
            @Nullable StoredObject stored,
            @Nullable StoredObject deletion) {

        /// True if the site has deleted the file after that of the source was written. An object is a later file, or
        /// a copy that was made in spite of the deletion.
        boolean isDeleted() {
            return stored == null && hasMark();
        }

        /// True if the site has deleted the file of the source, whatever the object is.
        boolean hasMark() {
            return deletion != null && (source == null || !deletion.modified().isBefore(source.modified()));
        }
    }

    BothSides(MigrationSides sides) throws IOException {
        this.sides = sides;
        Joined<SourceFile, StoredObject> files = Joined.withListing(
                sides.source().files(sides, (_, _) -> {}),
                file -> ObjectKey.of(file.name()),
                sides.objects().list(""));
        this.pairs =
                Joined.withListing(files::next, Pair::key, sides.deletions().list(""));
    }

    /// The next name that takes part; null after the last.
    @Nullable
    Both next() throws IOException {
        for (var pair = pairs.next(); pair != null; pair = pairs.next()) {
            String name = pair.key().value();
            Pair<SourceFile, StoredObject> files = pair.left();
            boolean isMarker = name.endsWith("/") && (files == null || files.left() == null);
            if (!isMarker && sides.has(name)) {
                return new Both(
                        name, files == null ? null : files.left(), files == null ? null : files.right(), pair.right());
            }
        }
        return null;
    }

    /// The file of a name that the source has.
    static SourceFile source(Both both) {
        return Objects.requireNonNull(both.source());
    }
}
