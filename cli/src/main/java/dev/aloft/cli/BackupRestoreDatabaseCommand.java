package dev.aloft.cli;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.Moment;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.DatabaseLoad;
import dev.aloft.backup.database.LoadFacts;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.backup.database.LogReplay;
import dev.aloft.backup.database.UndoFacts;
import dev.aloft.cli.BackupSite.Opened;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft backup restore-database`: loads the dump of a snapshot, and replays the binary log after it.
@Command(
        name = "restore-database",
        description = "Makes a site's database that of a snapshot, or with --to that of a second. The dump is loaded"
                + " beside the tables in use, which are replaced in one statement at the end and kept for --undo.",
        mixinStandardHelpOptions = true)
final class BackupRestoreDatabaseCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            description = "The snapshot (default: the newest one with a database; with --to, the newest before it).")
    private @Nullable String id;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "A moment after the snapshot, as in 2026-11-29T14:03:07, with Z or an offset such as +01:00"
                    + " for another time zone than this machine's. All of its second is restored.")
    private @Nullable String to;

    @Option(
            names = "--to-database",
            paramLabel = "NAME",
            description = "Into another database of the same server (default: the site's).")
    private @Nullable String toDatabase;

    @Option(
            names = "--in-place",
            description = "Loads straight into the database, for a user who may not create another one. A load that"
                    + " fails leaves a part of the dump, and there is no --undo.")
    private boolean inPlace;

    @Option(names = "--undo", description = "Puts the tables back that the last restoration has replaced.")
    private boolean undo;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Failure {
        Optional<Moment> moment = to == null ? Optional.empty() : Optional.of(RestoreSource.moment(to));
        if (undo && (id != null || moment.isPresent())) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--undo takes neither a snapshot nor --to",
                    "leave them away: it puts back what the last restoration replaced");
        }
        if (inPlace && (moment.isPresent() || undo)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--in-place goes with neither --to nor --undo",
                    "let the user create databases instead (docs/how-to/back-up-the-database.md)");
        }
        return site.with(opened -> {
            DatabaseAccess own = SiteDatabase.require(opened);
            if (moment.isPresent() && opened.backup().databasePrefix().isPresent()) {
                throw new Failure(
                        Failure.Code.USAGE,
                        "--to is impossible with database_prefix: the binary log is not divided by tables",
                        "restore a snapshot without --to");
            }
            DatabaseAccess target = toDatabase == null ? own : own.withName(toDatabase);
            if (undo) {
                Confirmation.require(yes, "put the tables of " + target + " back that were replaced");
                done(DatabaseLoad.undo(target));
                return 0;
            }
            Snapshot snapshot = snapshot(opened, moment);
            Optional<LogReplay> replay = replay(opened, snapshot, moment);
            DatabasePart dump = dump(snapshot);
            String source = source(snapshot, dump, moment, replay.isPresent());
            Confirmation.require(yes, "load " + source + " into " + target);
            done(load(opened, snapshot, target, replay), source);
            return 0;
        });
    }

    private LoadFacts load(Opened opened, Snapshot snapshot, DatabaseAccess target, Optional<LogReplay> replay)
            throws IOException, Failure {
        String sha256 = dump(snapshot).sha256();
        if (inPlace) {
            return DatabaseLoad.loadInPlace(target, () -> opened.backups().dump(snapshot), sha256);
        }
        try (InputStream bytes = opened.backups().dump(snapshot)) {
            return DatabaseLoad.load(target, bytes, sha256, replay);
        }
    }

    private static DatabasePart dump(Snapshot snapshot) throws Failure {
        return snapshot.database()
                .orElseThrow(() -> new Failure(
                        Failure.Code.BACKUP,
                        "the snapshot " + snapshot.id() + " has no database",
                        "choose one that aloft backup list shows with a database"));
    }

    private Snapshot snapshot(Opened opened, Optional<Moment> moment) throws IOException, Failure {
        if (id != null) {
            Snapshot named = opened.backups().find(id);
            if (moment.isPresent() && dump(named).moment().isAfter(moment.get().end())) {
                throw new Failure(
                        Failure.Code.USAGE,
                        "the snapshot " + named.id() + " is of " + dump(named).moment() + ", after " + moment.get(),
                        "name an earlier snapshot, or none");
            }
            return named;
        }
        SnapshotList list = opened.backups().list();
        list.damaged().forEach(each -> warn("skipped: " + each.found()));
        return list.snapshots().stream()
                .filter(candidate -> candidate
                        .database()
                        .filter(part -> moment.isEmpty()
                                || !part.moment().isAfter(moment.get().end()))
                        .isPresent())
                .max(Comparator.comparing(
                        candidate -> candidate.database().orElseThrow().moment()))
                .orElseThrow(() -> new Failure(
                        Failure.Code.BACKUP,
                        "no snapshot of the site has a database"
                                + moment.map(m -> " of before " + m).orElse(""),
                        "aloft backup list prints the snapshots"));
    }

    /// Without a follower there is no log, and the dump alone is the best that there is.
    private static Optional<LogReplay> replay(Opened opened, Snapshot snapshot, Optional<Moment> moment)
            throws IOException, Failure {
        LogArchive archive = SiteDatabase.archive(opened);
        if (moment.isEmpty() || archive.state().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(LogReplay.find(archive, dump(snapshot), moment.get().end()));
    }

    private static String source(Snapshot snapshot, DatabasePart dump, Optional<Moment> moment, boolean isReplayed) {
        String text = "the dump of " + dump.moment() + " (snapshot " + snapshot.id() + ")";
        if (moment.isEmpty()) {
            return text;
        }
        Duration older = Duration.between(dump.moment(), moment.get().end());
        return text
                + (isReplayed
                        ? " and the binary log to " + moment.get()
                        : ", which is " + older.toSeconds() + " s older than " + moment.get()
                                + ", without a binary log");
    }

    private void done(UndoFacts undone) {
        if (!undone.written().isEmpty()) {
            warn(undone.written().size() + " tables were written to after they were restored; these rows are now in "
                    + undone.aside() + ", which the next restoration drops: " + String.join(", ", undone.written()));
        }
        output.done(
                "database " + undone.database() + ": the last restoration was taken back, " + undone.tables()
                        + " tables; the restored ones are in " + undone.aside(),
                event -> {
                    event.put("database", undone.database())
                            .put("tables", undone.tables())
                            .put("aside", undone.aside());
                    undone.written().forEach(event.putArray("written")::add);
                });
    }

    private void warn(String text) {
        output.item("warning", text, event -> event.put("warning", text));
    }

    private void done(LoadFacts loaded, String source) {
        if (!loaded.dropped().isEmpty()) {
            warn(loaded.dropped().size() + " tables that the last undo had put aside were dropped: "
                    + String.join(", ", loaded.dropped()));
        }
        output.done(
                "database " + loaded.database() + ": " + loaded.tables() + " tables restored from " + source
                        + loaded.previous()
                                .map(previous -> "; those before are in " + previous)
                                .orElse(""),
                event -> event.put("database", loaded.database())
                        .put("tables", loaded.tables())
                        .put("source", source)
                        .put("previous", loaded.previous().orElse("")));
    }
}
