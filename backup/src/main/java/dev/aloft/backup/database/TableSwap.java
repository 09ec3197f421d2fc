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
/// tables are there without them.
final class TableSwap {

    private static final Logger LOG = LoggerFactory.getLogger(TableSwap.class);
    private static final String NEW = "_aloft_new";
    private static final String OLD = "_aloft_old";

    private final DatabaseAccess source;
    private final DatabaseAccess target;
    private final DatabaseAccess aside;
    private boolean replaced;

    private TableSwap(DatabaseAccess source, DatabaseAccess target, DatabaseAccess aside) {
        this.source = source;
        this.target = target;
        this.aside = aside;
    }

    /// From the scratch database into the site's, whose own tables are kept.
    static TableSwap forward(DatabaseAccess site) throws DatabaseException {
        return new TableSwap(site.withName(site.name() + NEW), site, site.withName(site.name() + OLD));
    }

    /// The tables that the last forward swap has kept, into the site's database.
    static TableSwap back(DatabaseAccess site) throws IOException {
        DatabaseAccess old = site.withName(site.name() + OLD);
        if (new Definitions(old).tables().isEmpty()) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "there is no database " + old.name() + " with the tables before the last restore",
                    "restore a snapshot instead");
        }
        return new TableSwap(old, site, site.withName(site.name() + NEW));
    }

    /// The database that the tables come from.
    DatabaseAccess source() {
        return source;
    }

    /// The database with the tables that were replaced, if there were any.
    Optional<String> kept() {
        return replaced ? Optional.of(aside.name()) : Optional.empty();
    }

    /// Makes the scratch database, without what an interrupted load has left there.
    void prepare() throws IOException {
        String attempt = "create " + source + " for the load";
        SqlQuery.rows(
                target,
                attempt,
                "DROP DATABASE IF EXISTS " + quoted(source.name()) + ";" + create(source)
                        + "CREATE DATABASE IF NOT EXISTS " + quoted(target.name()) + " CHARACTER SET utf8mb4;");
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
        String attempt = "swap the tables of " + target;
        SqlQuery.rows(
                target,
                attempt,
                coming.dropOf(tables) + going.dropOf(moved) + coming.dropViews() + rename(tables, moved));
        replaced = !moved.isEmpty();
        DatabaseLoad.execute(target, "define the views, triggers and routines of " + target, arriving);
        keepTriggers(leaving);
        if (!replaced) {
            SqlQuery.rows(target, "drop " + aside, "DROP DATABASE " + quoted(aside.name()) + ";");
        }
        return tables.size();
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
                .collect(Collectors.joining(", ", "RENAME TABLE ", ";"));
    }

    private static String renamed(String table, DatabaseAccess from, DatabaseAccess to) {
        return quoted(from.name()) + "." + quoted(table) + " TO " + quoted(to.name()) + "." + quoted(table);
    }

    /// With the character set of new tables in the site's database.
    private static String create(DatabaseAccess database) {
        return "CREATE DATABASE " + quoted(database.name()) + " CHARACTER SET utf8mb4;";
    }
}
