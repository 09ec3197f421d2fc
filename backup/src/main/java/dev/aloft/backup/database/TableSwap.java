package dev.aloft.backup.database;

import static dev.aloft.backup.database.SqlQuery.quoted;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the tables of one database in the place of another's. All tables change place in one `RENAME TABLE`, which is
/// atomic; what it replaces goes to a third database.
///
/// Views, triggers, routines and events cannot be renamed. They are defined anew right after, so for a moment the new
/// tables are there without them. If the tables cannot be renamed, the triggers in use are defined anew as well.
final class TableSwap {

    private static final Logger LOG = LoggerFactory.getLogger(TableSwap.class);
    private static final String NEW = "_aloft_new";
    private static final String OLD = "_aloft_old";

    /// A transaction that is open on a table for longer makes the swap fail. While the swap waits for it, the server
    /// holds back every other query on the table.
    private static final String LOCK_LIMIT = "SET lock_wait_timeout = 30;";

    private final DatabaseAccess source;
    private final DatabaseAccess target;
    private final DatabaseAccess aside;
    private final SwapMarker marker;
    private final boolean isForward;
    private boolean replaced;
    private boolean done;

    private TableSwap(DatabaseAccess target, boolean isForward) {
        this.source = target.beside(isForward ? NEW : OLD);
        this.target = target;
        this.aside = target.beside(isForward ? OLD : NEW);
        this.marker = new SwapMarker(target.beside(NEW), target.beside(OLD));
        this.isForward = isForward;
    }

    /// From the scratch database into the site's, whose own tables are kept.
    static TableSwap forward(DatabaseAccess site) throws DatabaseException {
        site.requireRoomBeside();
        return new TableSwap(site, true);
    }

    /// The tables that the last forward swap has kept, into the site's database.
    static TableSwap back(DatabaseAccess site) throws IOException {
        site.requireRoomBeside();
        TableSwap swap = new TableSwap(site, false);
        if (swap.restoration().isEmpty()) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "there is no database " + swap.source.name() + " with the tables before the last restore",
                    "restore a snapshot instead");
        }
        return swap;
    }

    /// The restoration whose replaced tables can be put back; empty where there is none.
    Optional<String> restoration() throws IOException {
        return new Definitions(marker.old()).tables().isEmpty() ? Optional.empty() : marker.restoration();
    }

    /// The restoration that was taken back last; empty once there was another one.
    Optional<String> undone() throws IOException {
        return marker.undone();
    }

    /// Makes sure that the tables that are kept can be dropped, and forgets whose they are: what follows replaces the
    /// tables in use without keeping them.
    void forget() throws IOException {
        marker.requireFinished(target);
        marker.remove();
    }

    /// The database that the tables come from.
    DatabaseAccess source() {
        return source;
    }

    /// The database that the replaced tables go to.
    DatabaseAccess aside() {
        return aside;
    }

    /// The database with the tables that were replaced, if there were any.
    Optional<String> kept() {
        return replaced ? Optional.of(aside.name()) : Optional.empty();
    }

    /// True once the tables are in place.
    boolean isDone() {
        return done;
    }

    /// Tables in use that a swap back puts aside and that were written to since they were restored.
    List<String> writtenSince() throws IOException {
        List<String> coming = new Definitions(source).tables();
        return marker.writtenSince(target).stream().filter(coming::contains).toList();
    }

    /// Makes the scratch database of a restoration, without what an interrupted load or an undo has left there.
    ///
    /// @return the tables that an undo has left there
    /// @throws DatabaseException when the last restoration was interrupted after its swap
    List<String> prepare(String restoration) throws IOException {
        marker.requireFinished(target);
        List<String> dropped = marker.isIn(source) ? List.of() : new Definitions(source).tables();
        String attempt = "create " + source + " for the load";
        SqlQuery.rows(
                target,
                attempt,
                "DROP DATABASE IF EXISTS " + quoted(source.name()) + ";" + create(source) + marker.create(restoration)
                        + "CREATE DATABASE IF NOT EXISTS " + quoted(target.name()) + " CHARACTER SET utf8mb4;");
        return dropped;
    }

    /// Drops the database that the tables came from.
    void dropEmptied() throws IOException {
        SqlQuery.rows(target, "drop " + source, "DROP DATABASE IF EXISTS " + quoted(source.name()) + ";");
    }

    /// @return the number of tables that are in place now
    int run() throws IOException {
        Definitions coming = new Definitions(source);
        Definitions going = new Definitions(target);
        List<String> tables = coming.tables();
        Set<String> present = Set.copyOf(going.tables());
        List<String> moved = tables.stream().filter(present::contains).toList();
        String arriving = coming.all();
        String leaving = going.ofTables(moved);
        SqlQuery.rows(
                target,
                "make room for the tables that are replaced",
                "DROP DATABASE IF EXISTS " + quoted(aside.name()) + ";" + create(aside));
        String comingDrops = coming.dropOf(tables);
        String goingDrops = going.dropOf(moved);
        try {
            SqlQuery.rows(
                    target,
                    "swap the tables of " + target,
                    LOCK_LIMIT
                            + comingDrops
                            + coming.dropViews()
                            + dropLocked(goingDrops, moved)
                            + rename(tables, moved));
        } catch (DatabaseException e) {
            defineAgain(coming, tables, comingDrops, arriving);
            boolean whole = defineAgain(going, moved, goingDrops, leaving);
            String state = "database " + target.name() + " is as it was";
            throw DatabaseLoad.inState(e, whole ? state : state + " without its triggers, which the log has");
        }
        done = true;
        replaced = !moved.isEmpty();
        define(arriving);
        keepTriggers(leaving);
        if (isForward && replaced) {
            marker.finish();
        }
        if (!replaced) {
            SqlQuery.rows(target, "drop " + aside, "DROP DATABASE " + quoted(aside.name()) + ";");
        }
        return tables.size();
    }

    /// The tables are in place, so a failure must not lose the text.
    private void define(String arriving) throws IOException {
        try {
            DatabaseLoad.execute(target, "define the views, triggers and routines of " + target, arriving);
        } catch (IOException e) {
            LOG.error("{}; run in database {}:\n{}", e.getMessage(), target.name(), arriving);
            throw e;
        }
    }

    /// Drops triggers while the tables are locked: what would hold the swap up does so before anything is dropped.
    private String dropLocked(String drops, List<String> moved) {
        if (drops.isEmpty()) {
            return "";
        }
        return moved.stream()
                        .map(table -> quoted(target.name()) + "." + quoted(table) + " WRITE")
                        .collect(Collectors.joining(", ", "LOCK TABLES ", ";"))
                + drops + "UNLOCK TABLES;";
    }

    /// Defines triggers again that were dropped before the tables could not be renamed.
    ///
    /// @param drops statements that were to drop them; if all are still there, their tables are not waited for
    private static boolean defineAgain(Definitions of, List<String> tables, String drops, String definitions)
            throws IOException {
        DatabaseAccess database = of.database();
        try {
            if (!of.dropOf(tables).equals(drops)) {
                String attempt = "define the triggers of " + database + " again";
                DatabaseLoad.execute(database, attempt, LOCK_LIMIT + "\n" + definitions);
            }
            return true;
        } catch (DatabaseException e) {
            LOG.error("{}; run in database {}:\n{}", e.getMessage(), database.name(), definitions);
            return false;
        }
    }

    /// Best effort: the restore itself is done.
    private void keepTriggers(String leaving) throws IOException {
        try {
            DatabaseLoad.execute(aside, "define the triggers of " + aside, leaving);
        } catch (DatabaseException e) {
            LOG.warn(
                    "the tables before the restore are in {} without their triggers: {}", aside.name(), e.getMessage());
        }
    }

    private String rename(List<String> tables, List<String> moved) {
        if (tables.isEmpty()) {
            return "";
        }
        Set<String> away = Set.copyOf(moved);
        return tables.stream()
                .map(table -> (away.contains(table) ? renamed(table, target, aside) + ", " : "")
                        + renamed(table, source, target))
                .collect(Collectors.joining(
                        ", ", "RENAME TABLE " + (isForward ? marker.rename() : marker.renameUndone()) + ", ", ";"));
    }

    private static String renamed(String table, DatabaseAccess from, DatabaseAccess to) {
        return quoted(from.name()) + "." + quoted(table) + " TO " + quoted(to.name()) + "." + quoted(table);
    }

    /// With the character set of new tables in the site's database.
    private static String create(DatabaseAccess database) {
        return "CREATE DATABASE " + quoted(database.name()) + " CHARACTER SET utf8mb4;";
    }
}
