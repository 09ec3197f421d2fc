package dev.aloft.cli.backup;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.Backups.LastRestoration;
import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.DatabaseLoad;
import dev.aloft.backup.database.DatabaseLoad.Undoable;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Takes the last restoration back: of the files, of the database, or of both if they were restored together.
///
/// @param folder with the files
/// @param database empty for a site without one
/// @param output for its results
record RestoreUndo(Opened opened, BucketFolder folder, Optional<DatabaseAccess> database, RestoreOutput output) {

    /// Takes back what was restored last. What was taken back already is left so.
    ///
    /// The database comes first: an undo that is interrupted after it finds the files' part alone, and continues
    /// there.
    ///
    /// @param isConfirmed true not to ask
    void ofLast(boolean isConfirmed) throws IOException, Failure {
        Optional<LastRestoration> last = opened.backups().lastRestoration(folder);
        Optional<Undoable> tables = undoable();
        requireNotUndone(last, tables);
        Optional<LastRestoration> files = last.filter(each -> !each.isUndone());
        int order = files.map(LastRestoration::id)
                .orElse("")
                .compareTo(tables.map(Undoable::restoration).orElse(""));
        Optional<LastRestoration> lastFiles = files.filter(_ -> order >= 0);
        Optional<Undoable> lastTables = tables.filter(_ -> order <= 0);
        requireOne(lastFiles, lastTables);
        Confirmation.require(
                isConfirmed,
                Stream.of(lastTables.map(this::question), lastFiles.map(this::question))
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(", then ")));
        if (lastTables.isPresent()) {
            takeBackDatabase();
        }
        if (lastFiles.isPresent()) {
            takeBackFiles();
        }
        if (files.isPresent() && lastFiles.isEmpty()) {
            output.warn(List.of("the files that were restored before stay; --only files takes them back"));
        }
        if (tables.isPresent() && lastTables.isEmpty()) {
            output.warn(List.of("the tables that were restored before stay; --only database takes them back"));
        }
    }

    /// A second undo would take an earlier restoration back, which was not asked for.
    private void requireNotUndone(Optional<LastRestoration> files, Optional<Undoable> tables)
            throws IOException, Failure {
        String undoneFiles =
                files.filter(LastRestoration::isUndone).map(LastRestoration::id).orElse("");
        String undoneTables =
                database.isPresent() ? DatabaseLoad.undone(database.get()).orElse("") : "";
        String undone = later(undoneFiles, undoneTables);
        String done = later(
                files.filter(last -> !last.isUndone()).map(LastRestoration::id).orElse(""),
                tables.map(Undoable::restoration).orElse(""));
        if (undone.compareTo(done) > 0) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    "the last restoration was taken back already",
                    "with --only files or --only database, --undo takes the last one of that part back");
        }
    }

    private static String later(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static void requireOne(Optional<LastRestoration> files, Optional<Undoable> tables) throws Failure {
        if (files.isEmpty() && tables.isEmpty()) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    "there is no restoration to take back",
                    "aloft backup list prints the snapshots");
        }
        Optional<Instant> moment = tables.flatMap(found -> Backups.momentOf(found.restoration()));
        if (files.isEmpty()
                && moment.isPresent()
                && moment.get().isBefore(Instant.now().minus(BackupSettings.UNDO_LIMIT))) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    "the last restoration is of " + moment.get() + ": files can no longer be taken back to before it",
                    "take its tables back alone with --only database, if that is what you need");
        }
    }

    /// Takes the last restoration of files back, or the undo of one.
    void ofFiles(boolean isConfirmed) throws IOException, Failure {
        Confirmation.require(
                isConfirmed,
                opened.backups()
                        .lastRestoration(folder)
                        .map(this::question)
                        .orElse("take the last restoration into " + folder + " back"));
        takeBackFiles();
    }

    /// Takes the last restoration of the database back.
    void ofDatabase(boolean isConfirmed) throws IOException, Failure {
        Confirmation.require(
                isConfirmed, undoable().map(this::question).orElse("put the tables back that were replaced"));
        takeBackDatabase();
    }

    private Optional<Undoable> undoable() throws IOException {
        return database.isPresent() ? DatabaseLoad.undoable(database.get()) : Optional.empty();
    }

    private void takeBackFiles() throws IOException, Failure {
        Progress progress = new Progress();
        output.filesTakenBack(
                opened,
                output.during(
                        progress,
                        opened.site().operations(),
                        () -> opened.backups().undo(folder, progress)));
    }

    private void takeBackDatabase() throws IOException {
        output.database(DatabaseLoad.undo(database.orElseThrow()));
    }

    private String question(LastRestoration last) {
        return "take the restoration of " + last.source() + " into " + folder + moment(last.id()) + " back";
    }

    private String question(Undoable last) {
        return "put the tables of " + database.orElseThrow() + " back that were replaced" + moment(last.restoration())
                + (last.written().isEmpty()
                        ? ""
                        : ", and put " + last.written().size() + " tables aside that were written to since");
    }

    private static String moment(String restoration) {
        return Backups.momentOf(restoration).map(moment -> " at " + moment).orElse("");
    }
}
