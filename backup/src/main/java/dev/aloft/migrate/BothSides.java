package dev.aloft.migrate;

import dev.aloft.bulk.FolderListing;
import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Joined.Pair;
import dev.aloft.local.LocalEntry;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads both sides of a migration together, in the order of the names: one LIST for a thousand objects, and none for a
/// single file. For one thread.
final class BothSides {

    private final MigrationSides sides;
    private final Joined<Pair<LocalEntry, StoredObject>, StoredObject> pairs;

    /// One name.
    ///
    /// @param local the file; null if the folder has none
    /// @param stored the object; null if S3 has none
    /// @param deletion the mark that the site deleted the file; null without one
    record Both(
            String name,
            @Nullable LocalEntry local,
            @Nullable StoredObject stored,
            @Nullable StoredObject deletion) {

        /// True if the site has deleted the file after the local one was written. An object is a later file.
        boolean isDeleted() {
            return stored == null
                    && deletion != null
                    && (local == null || !deletion.modified().isBefore(local.modified()));
        }
    }

    BothSides(MigrationSides sides) throws IOException {
        this.sides = sides;
        Joined<LocalEntry, StoredObject> files = Joined.withListing(
                new Candidates(sides, (_, _) -> {}), Candidates::key, new FolderListing(sides.objects(), ""));
        this.pairs = Joined.withListing(files::next, Pair::key, new FolderListing(sides.deletions(), ""));
    }

    /// The next name that takes part; null after the last.
    @Nullable
    Both next() throws IOException {
        for (var pair = pairs.next(); pair != null; pair = pairs.next()) {
            String name = pair.key().value();
            if (!name.endsWith("/") && sides.has(name)) {
                Pair<LocalEntry, StoredObject> files = pair.left();
                return new Both(
                        name, files == null ? null : files.left(), files == null ? null : files.right(), pair.right());
            }
        }
        return null;
    }

    /// The local file of a name that has one.
    static LocalEntry local(Both both) {
        return Objects.requireNonNull(both.local());
    }
}
