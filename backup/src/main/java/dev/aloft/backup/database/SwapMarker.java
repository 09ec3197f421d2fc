package dev.aloft.backup.database;

import static dev.aloft.backup.database.SqlQuery.quoted;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A table that says of replaced tables which restoration replaced them, whether it was finished, and when. It is made
/// in the scratch database, and the swap moves it beside the replaced tables in the same statement.
///
/// @param scratch that the restored tables come from
/// @param old that has the replaced tables
record SwapMarker(DatabaseAccess scratch, DatabaseAccess old) {

    /// Names of the table: while the restoration can be taken back, and after it was.
    static final String TABLE = "_aloft_restore";

    static final String UNDONE = "_aloft_undone";

    /// MySQL keeps statistics of tables for a day. MariaDB takes this for a comment.
    private static final String FRESH_STATISTICS = "/*!80000 SET SESSION information_schema_stats_expiry = 0 */;\n";

    /// Statements that make it.
    String create(String restoration) {
        String table = table(scratch);
        return "CREATE TABLE " + table + " (restoration VARCHAR(64), finished DATETIME);" + "INSERT INTO " + table
                + " VALUES ('" + restoration + "', NULL);";
    }

    /// Its part of the statement that swaps the tables.
    String rename() {
        return table(scratch) + " TO " + table(old);
    }

    /// Forgets the restoration, so that what it has replaced can no longer be put back.
    void remove() throws IOException {
        if (isIn(old)) {
            SqlQuery.rows(old, "forget the restoration before this one", "DROP TABLE " + table(old) + ";");
        }
    }

    /// The restoration; empty where the replaced tables have no marker.
    Optional<String> restoration() throws IOException {
        return restoration(old, TABLE);
    }

    /// The part of the statement that swaps the tables back.
    String renameUndone() {
        return table(old) + " TO " + name(scratch, UNDONE);
    }

    /// The restoration that was taken back last; empty once there was another one.
    Optional<String> undone() throws IOException {
        return restoration(scratch, UNDONE);
    }

    private static Optional<String> restoration(DatabaseAccess database, String table) throws IOException {
        if (!has(database, table)) {
            return Optional.empty();
        }
        String query = "SELECT restoration FROM " + name(database, table) + ";";
        return SqlQuery.rows(database, "look at " + database, query).stream()
                .map(List::getFirst)
                .findFirst();
    }

    void finish() throws IOException {
        SqlQuery.rows(
                old,
                "mark the restoration of " + old + " as finished",
                "UPDATE " + table(old) + " SET finished = NOW();");
    }

    /// Tables of a site that were written to after the restoration was finished, by the server's statistics. All of
    /// them if it was not finished; if the server was started since, also those of which it does not know.
    List<String> writtenSince(DatabaseAccess site) throws IOException {
        if (!isIn(old)) {
            return List.of();
        }
        String attempt = "look for tables of " + site + " that were written to";
        String uptime = SqlQuery.rows(site, attempt, "SHOW GLOBAL STATUS LIKE 'Uptime';")
                .getFirst()
                .getLast();
        return SqlQuery.rows(
                        site,
                        attempt,
                        FRESH_STATISTICS + """
                        SELECT t.table_name FROM information_schema.tables t,
                            (SELECT COALESCE(finished, '1970-01-02') AS finished FROM %s) m,
                            (SELECT NOW() - INTERVAL %d SECOND AS started) s
                        WHERE t.table_schema = '%s' AND t.table_type <> 'VIEW'
                            AND (t.update_time > m.finished OR (t.update_time IS NULL AND m.finished < s.started))
                        ORDER BY 1
                        """.formatted(table(old), Long.parseLong(uptime), site.name()))
                .stream()
                .map(List::getFirst)
                .toList();
    }

    /// Another restoration would drop the tables that were in use before an interrupted one.
    void requireFinished(DatabaseAccess site) throws IOException {
        if (isIn(old)
                && !new Definitions(old).tables().isEmpty()
                && !SqlQuery.rows(site, "look at " + old, "SELECT 1 FROM " + table(old) + " WHERE finished IS NULL;")
                        .isEmpty()) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "the last restoration into " + site + " was interrupted after its tables were put in place; those"
                            + " before it are in " + old.name(),
                    "take it back with --undo, then restore again");
        }
    }

    /// True if a database is the scratch of a load; the tables that an undo puts aside have no marker.
    boolean isIn(DatabaseAccess database) throws IOException {
        return has(database, TABLE);
    }

    private static boolean has(DatabaseAccess database, String table) throws IOException {
        String query = "SELECT 1 FROM information_schema.tables WHERE table_schema = '%s' AND table_name = '%s';"
                .formatted(database.name(), table);
        return !SqlQuery.rows(database, "look at " + database, query).isEmpty();
    }

    private static String table(DatabaseAccess database) {
        return name(database, TABLE);
    }

    private static String name(DatabaseAccess database, String table) {
        return quoted(database.name()) + "." + quoted(table);
    }
}
