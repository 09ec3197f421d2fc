package dev.aloft.migrate;

import dev.aloft.bulk.Joined;
import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import dev.aloft.local.LocalWriter;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The local files that take part in a migration and can be objects, in the order of their keys. For one thread.
final class Candidates implements Joined.Source<LocalEntry> {

    private final MigrationSides sides;
    private final LocalFolder.Walk walk;
    private final BiConsumer<LocalEntry, String> refused;

    /// @param refused takes each entry that cannot be an object, and the reason
    Candidates(MigrationSides sides, LocalFolder.Walk walk, BiConsumer<LocalEntry, String> refused) {
        this.sides = sides;
        this.walk = walk;
        this.refused = refused;
    }

    @Override
    public @Nullable LocalEntry next() throws IOException {
        for (LocalEntry entry = walk.next(); entry != null; entry = walk.next()) {
            if (LocalWriter.isUnfinished(entry.name()) || !sides.has(entry.name())) {
                continue;
            }
            Optional<String> reason = reason(entry);
            if (reason.isEmpty()) {
                return entry;
            }
            refused.accept(entry, reason.get());
        }
        return null;
    }

    private Optional<String> reason(LocalEntry entry) {
        return switch (entry.kind()) {
            case FILE -> sides.defect(entry.name());
            case LINK -> Optional.of("is a symbolic link, which is not followed");
            case UNREADABLE -> Optional.of("is a directory that this user may not read");
            case UNNAMED -> Optional.of("has a name that is not UTF-8");
            case OTHER, DIRECTORY -> Optional.of("is no regular file");
        };
    }
}
