package dev.aloft.local;

import dev.aloft.local.LocalEntry.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All entries below a folder but its directories, in the order of their keys' UTF-8 bytes. Holds the entries of one
/// directory for each level. For one thread.
public final class LocalWalk {

    private final LocalFolder folder;
    private final Deque<Iterator<LocalEntry>> levels = new ArrayDeque<>();

    /// Begins at a directory's first entry.
    ///
    /// @param directory its name; empty for all of the folder
    public LocalWalk(LocalFolder folder, String directory) throws IOException {
        this.folder = folder;
        levels.push(folder.list(directory).iterator());
    }

    /// The next entry; null after the last. A directory that cannot be read is an entry, and one that disappears is
    /// not.
    public @Nullable LocalEntry next() throws IOException {
        while (!levels.isEmpty()) {
            if (!levels.element().hasNext()) {
                levels.pop();
                continue;
            }
            LocalEntry entry = levels.element().next();
            if (entry.kind() != Kind.DIRECTORY) {
                return entry;
            }
            try {
                levels.push(folder.list(entry.name()).iterator());
            } catch (AccessDeniedException e) {
                return new LocalEntry(entry.name(), Kind.UNREADABLE, 0, entry.modified());
            } catch (NoSuchFileException | NotDirectoryException e) {
                levels.push(List.<LocalEntry>of().iterator());
            }
        }
        return null;
    }
}
