package dev.aloft.cli.migrate;

import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.cli.migrate.MigrateSite.Opened;
import dev.aloft.migrate.Migration;
import dev.aloft.migrate.Migration.OutSelection;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft migrate out`: copies a site's uploads from S3 into a folder.
@Command(
        name = "out",
        description = "Copies the site's uploads from its bucket into a folder, each with the time of its last change."
                + " Leaves out what is there already, and replaces no local file that is newer. After an"
                + " interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class MigrateOutCommand implements Callable<Integer> {

    @Mixin
    private MigrateFolder folder = new MigrateFolder();

    @Mixin
    private MigrateSite site = new MigrateSite();

    @Option(names = "--dry-run", description = "Prints what would be copied and deleted, and changes nothing.")
    private boolean dryRun;

    @Option(names = "--delete", description = "Also deletes local files that S3 does not have, after a question.")
    private boolean delete;

    @Option(
            names = "--private",
            description = "Also copies private files, which the web server can then serve to anyone.")
    private boolean withPrivate;

    @Option(
            names = "--unserved",
            description = "Also copies files that the edge does not serve, such as programs, which the web server can"
                    + " then run or serve.")
    private boolean withUnserved;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Failure {
        return site.with(dryRun ? folder::open : folder::make, this::run);
    }

    private int run(Opened opened) throws IOException, Failure {
        Migration.Report copied = site.output()
                .during(
                        opened.progress(),
                        opened.site().operations(),
                        () -> opened.migration().out(dryRun, selection(opened)));
        requireObjects(copied);
        long removed = 0;
        if (delete && !dryRun && copied.extra() > 0 && copied.failed() == 0) {
            Confirmation.require(yes, "delete " + copied.extra() + " files of " + folder + " that S3 lacks");
            removed = site.output()
                    .during(
                            opened.progress(),
                            opened.site().operations(),
                            () -> opened.migration().deleteExtra())
                    .removed();
        }
        finish(copied, removed);
        return MigrateSite.end(copied.failed(), "repair or exclude them, and run the command again: it continues");
    }

    private OutSelection selection(Opened opened) {
        return new OutSelection(
                withPrivate,
                key -> withUnserved
                        ? Optional.empty()
                        : opened.serving()
                                .reasonByName(key)
                                .map(reason -> "is not served by the edge: " + reason + "; copy it with --unserved"));
    }

    /// An empty listing means a wrong bucket or prefix rather than a site that has deleted all of its uploads.
    private void requireObjects(Migration.Report copied) throws Failure {
        boolean hasObjects = copied.done() + copied.unchanged() + copied.kept() + copied.failed() > 0;
        if (delete && !hasObjects && copied.extra() > 0) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "nothing was deleted: S3 has no upload of the site to compare with, and " + folder + " has "
                            + copied.extra() + " files",
                    "check the site's bucket and prefix, and --include and --exclude");
        }
    }

    private void finish(Migration.Report copied, long removed) {
        site.output()
                .done(
                        (dryRun ? "would copy " : "copied ") + copied.done() + " files (" + Sizes.of(copied.bytes())
                                + "), " + copied.unchanged() + " unchanged, " + copied.kept()
                                + " newer in the folder, " + copied.extra() + " not in S3"
                                + (delete && !dryRun ? ", " + removed + " of them deleted" : "") + ", "
                                + copied.failed() + " failed",
                        event -> event.put("dryRun", dryRun)
                                .put("copied", copied.done())
                                .put("bytes", copied.bytes())
                                .put("unchanged", copied.unchanged())
                                .put("newer", copied.kept())
                                .put("extra", copied.extra())
                                .put("deleted", removed)
                                .put("failed", copied.failed()));
    }
}
