package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Moment;
import dev.aloft.backup.RestoreOptions;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.DatabaseLoad;
import dev.aloft.backup.database.DatabaseLoad.Undoable;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.backup.RestoreParts.Part;
import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft backup restore`: brings a site back, or a part of it. Files come first, so that none is missing that the
/// database names; what both need is looked up before anything is changed.
@Command(
        name = "restore",
        description =
                "Makes a site that of a snapshot, or with --to that of a second. Files are copied inside S3: what is"
                        + " missing or different is written, and nothing deleted without --delete. The dump is loaded"
                        + " beside the tables in use, which are replaced in one statement. What it changes is kept for"
                        + " --undo. After an interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class BackupRestoreCommand implements Callable<Integer> {

    private static final Duration CONTINUED_WITHIN = Duration.ofDays(1);

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private RestoreOutput output = new RestoreOutput();

    @Mixin
    private RestoreParts parts = new RestoreParts();

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            description = "The snapshot (default: latest; for the database, the newest one that has it).")
    private @Nullable String id;

    @Option(names = "--dry-run", description = "Prints what would change, and changes nothing.")
    private boolean dryRun;

    @Option(names = "--delete", description = "Files: also deletes those that the snapshot does not have.")
    private boolean delete;

    @Option(
            names = "--publish",
            description = "Files: also makes private ones public that were public then (default: they stay private).")
    private boolean publish;

    @Option(
            names = "--in-place",
            description = "Database: loads straight into it, for a user who may not create another one. A load that"
                    + " fails leaves a part of the dump, and there is no --undo.")
    private boolean inPlace;

    @Option(
            names = "--again",
            description = "Database: also within 12 hours of the last restoration, which can then not be taken back.")
    private boolean again;

    @Option(names = "--undo", description = "Takes the last restoration back.")
    private boolean undo;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Failure {
        requireFitting();
        @Nullable Moment moment = parts.moment();
        RestoreOptions.Scope scope = parts.scope();
        boolean wantsFiles = parts.has(Part.FILES);
        boolean wantsDatabase = parts.has(Part.DATABASE);
        return site.with(opened -> {
            if (undo) {
                undo(opened, wantsFiles, wantsDatabase);
                return 0;
            }
            Optional<DatabaseRestoration> database = wantsDatabase ? database(opened, moment) : Optional.empty();
            Optional<FilesRestoration> files =
                    wantsFiles ? Optional.of(files(opened, moment, scope)) : Optional.empty();
            restore(opened, files, database);
            return 0;
        });
    }

    private void requireFitting() throws Failure {
        if (undo && (dryRun || delete || publish || inPlace || again || parts.isSelection() || id != null)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--undo takes neither a snapshot nor --to, --path, --delete, --publish, --in-place, --again or"
                            + " --dry-run",
                    "leave them away: it takes back all of the last restoration");
        }
        if (!parts.has(Part.FILES) && (delete || publish)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--delete and --publish are for files, and only the database is restored",
                    "leave them away, or restore both without --only and --to-database");
        }
        if (inPlace && (parts.moment() != null || !parts.has(Part.DATABASE))) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--in-place goes with neither --to nor a restoration of files alone",
                    "let the user create databases instead (docs/how-to/back-up-the-database.md)");
        }
        if (id != null && parts.moment() != null && parts.has(Part.FILES)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "restore takes the snapshot " + id + " or a moment with --to, and not both",
                    "leave one of them away");
        }
    }

    private FilesRestoration files(Opened opened, @Nullable Moment moment, RestoreOptions.Scope scope)
            throws IOException, Failure {
        RestoreOptions options = new RestoreOptions(parts.target(opened), scope, delete, publish);
        return moment == null
                ? FilesRestoration.of(opened, opened.backups().find(id == null ? "latest" : id), options)
                : FilesRestoration.of(opened, moment, options);
    }

    /// Empty for a site without a database, unless it is asked for.
    private Optional<DatabaseRestoration> database(Opened opened, @Nullable Moment moment) throws IOException, Failure {
        boolean isOptional = parts.has(Part.FILES);
        if (isOptional && opened.backup().database().isEmpty()) {
            return Optional.empty();
        }
        DatabaseAccess target = target(opened);
        Optional<Snapshot> named =
                id == null ? Optional.empty() : Optional.of(opened.backups().find(id));
        if (moment != null) {
            return Optional.of(DatabaseRestoration.of(opened, target, named, moment));
        }
        Snapshot snapshot;
        if (named.isPresent()) {
            snapshot = named.get();
        } else {
            snapshot = isOptional ? opened.backups().find("latest") : newest(opened);
        }
        if (isOptional && snapshot.database().isEmpty()) {
            output.warn(List.of("the snapshot " + snapshot.id() + " has no database: only files are restored"));
            return Optional.empty();
        }
        return Optional.of(DatabaseRestoration.of(opened, target, snapshot, inPlace));
    }

    private Snapshot newest(Opened opened) throws IOException, Failure {
        SnapshotList list = opened.backups().list();
        output.warn(
                list.damaged().stream().map(each -> "skipped: " + each.found()).toList());
        return DatabaseRestoration.newest(list, Moment.LATEST, false)
                .orElseThrow(() -> new Failure(
                        Failure.Code.BACKUP,
                        "no snapshot of the site has a database",
                        "aloft backup list prints the snapshots"));
    }

    private DatabaseAccess target(Opened opened) throws IOException, Failure {
        DatabaseAccess own = SiteDatabase.require(opened);
        @Nullable String other = parts.database();
        return other == null ? own : own.withName(other);
    }

    private void restore(Opened opened, Optional<FilesRestoration> files, Optional<DatabaseRestoration> database)
            throws IOException, Failure {
        if (dryRun) {
            if (files.isPresent()) {
                files.get().preview(output);
            }
            database.ifPresent(part -> part.preview(output));
            return;
        }
        // The tables of a copy for tests are made again and again.
        if (database.isPresent() && !again && parts.database() == null) {
            database.get().requireNoUndo();
        }
        if (files.isPresent()) {
            files.get().warnOfUnfinished(output);
        }
        Confirmation.require(
                yes,
                Stream.of(files.map(FilesRestoration::question), database.map(DatabaseRestoration::question))
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(", then ")));
        String restoration = opened.backups().nextRestoration();
        boolean isChanged = files.isPresent() && files.get().run(output, restoration);
        if (database.isPresent()) {
            String recorded = isChanged ? restoration : continued(files, database.get(), restoration);
            database.get().run(opened, output, recorded);
        }
    }

    /// The restoration that a run continues which finds all files restored: the last one of the same files, of the same
    /// day, if the database was not restored in it. Then one undo takes both back.
    private static String continued(Optional<FilesRestoration> files, DatabaseRestoration database, String restoration)
            throws IOException {
        Optional<String> begun = files.isPresent() ? files.get().last() : Optional.empty();
        Optional<String> loaded = DatabaseLoad.undoable(database.target()).map(Undoable::restoration);
        Instant oldest = Instant.now().minus(CONTINUED_WITHIN);
        return begun.filter(id -> !loaded.equals(Optional.of(id)))
                .filter(id -> Backups.momentOf(id).filter(oldest::isBefore).isPresent())
                .orElse(restoration);
    }

    private void undo(Opened opened, boolean wantsFiles, boolean wantsDatabase) throws IOException, Failure {
        boolean hasDatabase =
                wantsDatabase && (!wantsFiles || opened.backup().database().isPresent());
        RestoreUndo restoration = new RestoreUndo(
                opened, parts.target(opened), hasDatabase ? Optional.of(target(opened)) : Optional.empty(), output);
        if (wantsFiles && wantsDatabase) {
            restoration.ofLast(yes);
        } else if (wantsFiles) {
            restoration.ofFiles(yes);
        } else {
            restoration.ofDatabase(yes);
        }
    }
}
