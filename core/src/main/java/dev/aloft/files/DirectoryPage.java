package dev.aloft.files;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some of a directory's entries, in the order of their names' UTF-8 bytes.
///
/// @param next what asks for the page after this one, or null on the last
public record DirectoryPage(List<Entry> entries, @Nullable String next) {

    public DirectoryPage {
        entries = List.copyOf(entries);
    }

    /// One entry. Where a file and a directory have the same name, there are two.
    public sealed interface Entry {

        /// Without slashes; in a list of all that lies below a directory, the path from there.
        String name();
    }

    /// @param size in bytes
    public record FileEntry(String name, long size, Instant modified) implements Entry {}

    /// A directory beside the files.
    public record DirectoryEntry(String name) implements Entry {}
}
