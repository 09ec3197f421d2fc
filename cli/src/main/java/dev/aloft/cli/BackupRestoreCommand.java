package dev.aloft.cli;

import dev.aloft.backup.Change;
import dev.aloft.backup.Moment;
import dev.aloft.backup.RestoreOptions;
import dev.aloft.backup.RestoreReport;
import dev.aloft.backup.RestoreScope;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.BackupSite.Opened;
import dev.aloft.files.FilePath;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft backup restore`: brings files of a snapshot back.
@Command(
        name = "restore",
        description =
                "Makes a site's files those of a snapshot. Writes what is missing or different, inside S3; deletes"
                        + " nothing without --delete. What it changes is recorded first, for --undo. After an interruption, run"
                        + " it again: it continues.",
        mixinStandardHelpOptions = true)
final class BackupRestoreCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            defaultValue = "latest",
            description = "The snapshot (default: ${DEFAULT-VALUE}).")
    private String id = "latest";

    @Option(
            names = "--to",
            paramLabel = "MOMENT",
            description =
                    "Instead of a snapshot: the files of this moment, as in 2026-11-29T14:03:07Z, from the versions"
                            + " that the site's bucket keeps.")
    private @Nullable String to;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Only this file or directory, below the site's prefix: uploads/2026/11.",
            defaultValue = "")
    private String path = "";

    @Option(
            names = "--to-bucket",
            paramLabel = "BUCKET",
            description = "Into another bucket of the same S3 (default: the site's).")
    private @Nullable String toBucket;

    @Option(
            names = "--to-prefix",
            paramLabel = "PREFIX",
            description = "Into another directory of the bucket (default: the site's).")
    private @Nullable String toPrefix;

    @Option(names = "--dry-run", description = "Prints what would change, and changes nothing.")
    private boolean dryRun;

    @Option(names = "--delete", description = "Also deletes files that the snapshot does not have.")
    private boolean delete;

    @Option(
            names = "--publish",
            description = "Also makes private files public that were public then (default: they stay private).")
    private boolean publish;

    @Option(names = "--undo", description = "Takes the last restoration back.")
    private boolean undo;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Failure {
        requireUndoAlone();
        RestoreScope scope = scope();
        @Nullable Moment moment = moment();
        return site.with(opened -> {
            BucketFolder target = target(opened);
            if (undo) {
                return undo(opened, target);
            }
            RestoreSource source = moment == null
                    ? RestoreSource.of(opened, opened.backups().find(id))
                    : RestoreSource.of(opened, moment, scope);
            RestoreOptions options = new RestoreOptions(target, scope, delete, publish);
            if (dryRun) {
                opened.backups().compare(source.files(), options, this::print);
                warn(source.gaps());
                return 0;
            }
            Confirmation.require(
                    yes,
                    "restore " + source.text() + " into " + target
                            + (delete ? ", and delete files that are not among them" : ""));
            Progress progress = new Progress();
            RestoreReport report = output.during(
                    progress, () -> opened.backups().restore(source.files(), source.name(), options, progress));
            warn(source.gaps());
            finish(opened, report);
            return 0;
        });
    }

    /// An undo takes back all of the last restoration into the target.
    private void requireUndoAlone() throws Failure {
        if (undo && (dryRun || delete || publish || to != null || !path.isEmpty() || !id.equals("latest"))) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--undo takes neither a snapshot nor --to, --path, --delete, --publish or --dry-run",
                    "leave them away: it takes back all of the last restoration");
        }
    }

    private @Nullable Moment moment() throws Failure {
        if (to != null && !id.equals("latest")) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "restore takes the snapshot " + id + " or the moment --to " + to + ", and not both",
                    "leave one of them away");
        }
        return to == null ? null : RestoreSource.moment(to);
    }

    private void warn(List<String> lines) {
        lines.forEach(line -> output.item("warning", line, event -> event.put("warning", line)));
    }

    private int undo(Opened opened, BucketFolder target) throws IOException, Failure {
        Confirmation.require(yes, "take the last restoration into " + target + " back");
        Progress progress = new Progress();
        finish(opened, output.during(progress, () -> opened.backups().undo(target, progress)));
        return 0;
    }

    private void print(Change change) {
        output.item(
                "change",
                change.word() + " " + change.key() + (change.bytes() == 0 ? "" : " (" + Sizes.of(change.bytes()) + ")"),
                event -> event.put("change", change.word())
                        .put("file", change.key().value())
                        .put("bytes", change.bytes()));
    }

    private void finish(Opened opened, RestoreReport report) throws Failure {
        if (report.written() + report.deleted() > 0) {
            warn(EdgeAdmin.purge(opened.configuration(), opened.site().name()));
        }
        if (report.keptPrivate() > 0) {
            warn(List.of(report.keptPrivate() + " files were public and stay private, because they are private now"));
        }
        report.failures().forEach(failure -> output.item("failure", failure, event -> event.put("failure", failure)));
        output.done(
                report.id().map(record -> "restored (" + record + "): ").orElse("nothing to restore: ")
                        + report.written()
                        + " files written (" + Sizes.of(report.bytes()) + "), " + report.deleted() + " deleted, "
                        + report.failed() + " failed",
                event -> event.put("record", report.id().orElse(""))
                        .put("written", report.written())
                        .put("bytes", report.bytes())
                        .put("deleted", report.deleted())
                        .put("kept_private", report.keptPrivate())
                        .put("failed", report.failed()));
        if (report.failed() > 0) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    report.failed() + " files could not be restored",
                    "run the command again, or take it back: aloft backup restore --undo");
        }
    }

    private RestoreScope scope() throws Failure {
        try {
            return new RestoreScope(path);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--path " + path + " is no path of a file",
                    "write it below the site's prefix, as in uploads/2026/11/cat.jpg",
                    e);
        }
    }

    private BucketFolder target(Opened opened) throws Failure {
        String bucket = toBucket == null ? opened.site().bucket() : toBucket;
        if (!Bucket.isName(bucket)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to-bucket " + bucket + " is no name of a bucket",
                    "name a bucket of the same S3: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        FilePath prefix = toPrefix == null ? opened.site().prefix() : prefix(toPrefix);
        BackupSite.requireApartFromBackups(opened.configuration(), bucket, prefix);
        return BackupSite.folder(opened.store(), bucket, prefix.value());
    }

    private static FilePath prefix(String text) throws Failure {
        try {
            return FilePath.of(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to-prefix " + text + " is no directory of a bucket",
                    "write it without a slash in front, as in staging/shop",
                    e);
        }
    }
}
