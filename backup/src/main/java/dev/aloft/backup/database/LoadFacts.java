package dev.aloft.backup.database;

import java.util.List;
import java.util.Optional;

/// A dump that was loaded.
///
/// @param database the database that has its tables now
/// @param tables how many
/// @param previous the database that has the tables as they were; empty if they were replaced one by one, or if there
///     were none
/// @param dropped tables that an earlier undo had put aside, and that are gone now
public record LoadFacts(String database, int tables, Optional<String> previous, List<String> dropped) {

    public LoadFacts {
        dropped = List.copyOf(dropped);
    }
}
