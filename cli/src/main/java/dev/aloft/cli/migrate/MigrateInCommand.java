package dev.aloft.cli.migrate;

import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.migrate.MigrateSite.Opened;
import dev.aloft.migrate.Migration;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft migrate in`: copies a folder of uploads into S3.
@Command(
        name = "in",
        description =
                "Copies a folder of uploads into the site's bucket. Leaves out what is there already, and replaces"
                        + " nothing that the site has written there since. After an interruption, run it again: it"
                        + " continues.",
        mixinStandardHelpOptions = true)
final class MigrateInCommand implements Callable<Integer> {

    @Mixin
    private MigrateFolder folder = new MigrateFolder();

    @Mixin
    private MigrateSite site = new MigrateSite();

    @Option(names = "--dry-run", description = "Prints what would be copied, and copies nothing.")
    private boolean dryRun;

    @Option(
            names = "--remove-local",
            description = "Copies nothing: compares each file with S3, byte by byte, and deletes it from the folder.")
    private boolean removeLocal;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Failure {
        if (dryRun && removeLocal) {
            throw new Failure(
                    Failure.Code.USAGE, "--dry-run deletes nothing, and --remove-local does", "leave one of them away");
        }
        return site.with(folder::open, removeLocal ? this::remove : this::copy);
    }

    private int copy(Opened opened) throws IOException, Failure {
        long refused = site.output()
                .during(
                        opened.progress(),
                        () -> opened.migration().checkNames(key -> MigrateSite.notServed(opened, key)));
        long failed = site.copyIn(opened, dryRun, refused, "in S3");
        return MigrateSite.end(failed, "repair or exclude them, and run the command again: it continues");
    }

    /// A file that is missing in S3 can be one that an editor has deleted, so none is copied.
    private int remove(Opened opened) throws IOException, Failure {
        Confirmation.require(yes, "delete every file of " + folder + " that is in S3");
        Migration.Report report = site.output()
                .during(
                        opened.progress(),
                        opened.site().operations(),
                        () -> opened.migration().verify(true, true));
        site.output()
                .done(
                        "removed " + report.removed() + " local files, " + report.failed() + " stay",
                        event -> event.put("removed", report.removed()).put("failed", report.failed()));
        return MigrateSite.end(
                report.failed(),
                "keep or delete those that the site no longer needs; aloft migrate in copies the others");
    }
}
