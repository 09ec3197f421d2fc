package dev.aloft.backup.database;

import static dev.aloft.backup.database.SqlQuery.quoted;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The definitions of a database other than its tables: views, triggers, routines and events, as SQL text without the
/// name of the database.
record Definitions(DatabaseAccess database) {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(10);
    private static final int MAX_BYTES = 64 << 20;

    /// Names of the tables, views and [SwapMarker] excluded.
    List<String> tables() throws IOException {
        return names(
                "table_name",
                "tables",
                "table_schema",
                "table_type <> 'VIEW' AND table_name NOT IN ('" + SwapMarker.TABLE + "', '" + SwapMarker.UNDONE + "')");
    }

    private List<String> views() throws IOException {
        return names("table_name", "tables", "table_schema", "table_type = 'VIEW'");
    }

    /// All of them, each with a statement before it that drops the one of that name.
    String all() throws IOException {
        List<String> views = views();
        return dump(List.of("--routines", "--events", "--triggers", "--no-create-info"), List.of())
                + (views.isEmpty() ? "" : dump(List.of("--skip-triggers"), views));
    }

    /// The triggers of these tables.
    String ofTables(List<String> tables) throws IOException {
        return tables.isEmpty() ? "" : dump(List.of("--triggers", "--no-create-info"), tables);
    }

    /// Statements that drop the triggers of these tables, which could not be renamed with them.
    String dropOf(List<String> tables) throws IOException {
        Set<String> wanted = Set.copyOf(tables);
        return rows("trigger_name, event_object_table", "triggers", "trigger_schema", "TRUE").stream()
                .filter(row -> wanted.contains(row.getLast()))
                .map(row -> "DROP TRIGGER " + quoted(database.name()) + "." + quoted(row.getFirst()) + ";")
                .collect(Collectors.joining());
    }

    /// Statements that drop the views.
    String dropViews() throws IOException {
        return views().stream()
                .map(view -> "DROP VIEW " + quoted(database.name()) + "." + quoted(view) + ";")
                .collect(Collectors.joining());
    }

    private List<String> names(String column, String table, String schema, String condition) throws IOException {
        return rows(column, table, schema, condition).stream()
                .map(List::getFirst)
                .toList();
    }

    private List<List<String>> rows(String columns, String table, String schema, String condition) throws IOException {
        return SqlQuery.rows(
                database,
                "list the tables of " + database,
                "SELECT %s FROM information_schema.%s WHERE %s = '%s' AND %s ORDER BY 1"
                        .formatted(columns, table, schema, database.name(), condition));
    }

    private String dump(List<String> options, List<String> tables) throws IOException {
        String attempt = "read the views, triggers and routines of " + database;
        List<String> arguments = new ArrayList<>(
                List.of("--no-data", "--add-drop-trigger", "--single-transaction", "--default-character-set=utf8mb4"));
        arguments.addAll(database.programs().locate(Tool.DUMP).maker().dumpOptions());
        arguments.addAll(options);
        arguments.add(database.name());
        arguments.addAll(tables);
        StringBuilder text = new StringBuilder();
        try (ClientRun run = ClientRun.start(database, Tool.DUMP, arguments)) {
            run.input().close();
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, SILENCE_LIMIT, () -> {
                text.append(new String(transfer.heard().readNBytes(MAX_BYTES), UTF_8));
            });
            run.requireSuccess(attempt);
        }
        return text.toString();
    }
}
