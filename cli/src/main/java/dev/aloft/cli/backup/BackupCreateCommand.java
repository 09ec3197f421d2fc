package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.Snapshot;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft backup create`: takes a snapshot.
@Command(
        name = "create",
        description = "Takes a snapshot of a site. Files are copied inside S3; what the last snapshot has is not copied"
                + " again. After an interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class BackupCreateCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Option(
            names = "--tag",
            paramLabel = "NAME",
            description = "A name for prune's keep_tags, such as before-update; repeatable.")
    private List<String> tags = List.of();

    @Option(
            names = "--in-place",
            description = "Names the versions of the files in their own bucket, and copies nothing. Needs versioning.")
    private boolean inPlace;

    @Option(
            names = "--full",
            description =
                    "Copies every file again and takes over nothing from earlier snapshots, for use after a failed"
                            + " verify.")
    private boolean full;

    @Override
    public Integer call() throws Failure {
        if (full && inPlace) {
            throw new Failure(Failure.Code.USAGE, "--full and --in-place exclude each other", "leave one of them away");
        }
        return site.with(opened -> {
            Optional<DatabasePart.Dumper> dumper = SiteDatabase.dumper(opened.backup());
            Progress progress = new Progress();
            Snapshot snapshot = output.during(
                    progress, opened.site().operations(), () -> create(opened.backups(), dumper, progress));
            output.done(
                    "snapshot " + snapshot.id() + " of " + snapshot.site() + ": " + snapshot.files() + " files, "
                            + Sizes.of(snapshot.bytes()) + ", " + snapshot.copied() + " files copied",
                    event -> event.put("id", snapshot.id())
                            .put("files", snapshot.files())
                            .put("bytes", snapshot.bytes())
                            .put("copied", snapshot.copied()));
            return 0;
        });
    }

    private Snapshot create(Backups backups, Optional<DatabasePart.Dumper> dumper, Progress progress)
            throws IOException {
        if (full) {
            return backups.createFull(dumper, tags, progress);
        }
        return inPlace ? backups.createInPlace(dumper, tags, progress) : backups.create(dumper, tags, progress);
    }
}
