package dev.aloft.backup.database;

import java.util.List;

/// A restoration of a database that was taken back.
///
/// @param tables the number of tables that are in place again
/// @param aside the database that has the restored tables, until the next restoration
/// @param written those of them that were written to since they were restored: these rows are no longer in use
public record UndoFacts(String database, int tables, String aside, List<String> written) {

    public UndoFacts {
        written = List.copyOf(written);
    }
}
