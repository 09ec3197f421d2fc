package dev.aloft.cli.backup;

import dev.aloft.backup.RestoreReport;
import dev.aloft.backup.database.DatabaseLoad;
import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.cli.edge.EdgeAdmin;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/// Output of `aloft backup restore`: one result for the files, one for the database.
final class RestoreOutput {

    @Mixin
    private CommandOutput output = new CommandOutput();

    <T> T during(Progress progress, OperationFiles shown, CommandOutput.Operation<T> operation)
            throws IOException, Failure {
        return output.during(progress, shown, operation);
    }

    void item(String event, String text, Consumer<ObjectNode> fields) {
        output.item(event, text, fields);
    }

    void warn(List<String> lines) {
        lines.forEach(this::warn);
    }

    private void warn(String line) {
        item("warning", line, event -> event.put("warning", line));
    }

    /// The result of the files.
    ///
    /// @throws Failure if some could not be restored
    void files(Opened opened, RestoreReport report) throws Failure {
        files(opened, report, "run the command again, or take it back: aloft backup restore --undo");
    }

    /// The same of an undo.
    void filesTakenBack(Opened opened, RestoreReport report) throws Failure {
        files(
                opened,
                report,
                "run the command again if S3 failed; a file that was changed since it was restored stays as it is");
    }

    private void files(Opened opened, RestoreReport report, String advice) throws Failure {
        if (report.written() + report.deleted() > 0) {
            warn(EdgeAdmin.purge(opened.configuration(), opened.site().name()));
        }
        if (report.keptPrivate() > 0) {
            warn(report.keptPrivate() + " files were public and stay private, because they are private now");
        }
        report.failures().forEach(failure -> item("failure", failure, event -> event.put("failure", failure)));
        output.done(
                report.id().map(record -> "restored (" + record + "): ").orElse("nothing to restore: ")
                        + report.written()
                        + " files written (" + Sizes.of(report.bytes()) + "), " + report.deleted() + " deleted, "
                        + report.failed() + " failed",
                event -> event.put("part", "files")
                        .put("record", report.id().orElse(""))
                        .put("written", report.written())
                        .put("bytes", report.bytes())
                        .put("deleted", report.deleted())
                        .put("kept_private", report.keptPrivate())
                        .put("failed", report.failed()));
        if (report.failed() > 0) {
            throw new Failure(Failure.Code.BACKUP, report.failed() + " files could not be restored", advice);
        }
    }

    /// The result of the database.
    void database(DatabaseLoad.Loaded loaded, String source) {
        if (!loaded.dropped().isEmpty()) {
            warn(loaded.dropped().size() + " tables that the last undo had put aside were dropped: "
                    + String.join(", ", loaded.dropped()));
        }
        output.done(
                "database " + loaded.database() + ": " + loaded.tables() + " tables restored from " + source
                        + loaded.previous()
                                .map(previous -> "; those before are in " + previous)
                                .orElse(""),
                event -> event.put("part", "database")
                        .put("database", loaded.database())
                        .put("tables", loaded.tables())
                        .put("source", source)
                        .put("previous", loaded.previous().orElse("")));
    }

    /// The result of the database that was taken back.
    void database(DatabaseLoad.Undone undone) {
        if (!undone.written().isEmpty()) {
            warn(undone.written().size() + " tables were written to after they were restored; these rows are now in "
                    + undone.aside() + ", which the next restoration drops: " + String.join(", ", undone.written()));
        }
        output.done(
                "database " + undone.database() + ": the last restoration was taken back, " + undone.tables()
                        + " tables; the restored ones are in " + undone.aside(),
                event -> {
                    event.put("part", "database")
                            .put("database", undone.database())
                            .put("tables", undone.tables())
                            .put("aside", undone.aside());
                    undone.written().forEach(event.putArray("written")::add);
                });
    }
}
