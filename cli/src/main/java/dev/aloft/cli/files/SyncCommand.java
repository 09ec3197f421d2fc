package dev.aloft.cli.files;

import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft sync`: makes a directory like another one.
@Command(
        name = "sync",
        description = "Copies the files of one directory that the other does not have, or has another version of."
                + " Deletes nothing without --delete. After an interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class SyncCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "SOURCE", description = "photos/, s3://BUCKET/KEY or SITE:PATH.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "Another one.")
    private String destination = "";

    @Option(names = "--delete", description = "Also deletes files that the source does not have, after a question.")
    private boolean delete;

    @Option(names = "--checksum", description = "Compares by size and MD5 instead of size and time.")
    private boolean checksum;

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Mixin
    private TransferOptions options = new TransferOptions();

    @Mixin
    private ExposureOptions exposure = new ExposureOptions();

    @Override
    public Integer call() throws Failure {
        return options.with(false, true, exposure, this::run);
    }

    private int run(OpenPlaces places, FileTransfer transfer) throws IOException, Failure {
        NameFilter filter = options.filter();
        FileRoot from = places.open(source).existingDirectory();
        FileRoot to = options.openForChanges(places, destination).directory();
        CopyPlan.requireApart(from, to, true);
        Comparison comparison = checksum ? Comparison.CHECKSUM : Comparison.TIME;
        try (ExtraFiles extra = ExtraFiles.none()) {
            options.during(() -> transfer.sync(from, to, filter, comparison, extra));
            FileTransfer.Report compared = transfer.report();
            if (delete && compared.extra() > 0 && mayDelete(compared)) {
                options.during(() -> transfer.deleteExtra(from, to, filter, extra));
            }
        }
        return finish(transfer.report());
    }

    /// Nothing is deleted after a failure, which can be the reason why the source seems to lack a file.
    private boolean mayDelete(FileTransfer.Report compared) throws Failure {
        if (compared.copied() + compared.unchanged() == 0) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "nothing was deleted: " + source + " has no file, and " + destination + " has " + compared.extra(),
                    "check the source, and --include and --exclude; aloft rm --recursive deletes a directory");
        }
        if (compared.failed() > 0) {
            return false;
        }
        if (!options.isDryRun()) {
            Confirmation.require(
                    yes,
                    "delete " + compared.extra() + " files (" + Sizes.of(compared.extraBytes()) + ") of " + destination
                            + " that " + source + " lacks");
        }
        return true;
    }

    private int finish(FileTransfer.Report report) throws Failure {
        options.output()
                .done(
                        (options.isDryRun() ? "would copy " : "copied ") + report.copied() + " files ("
                                + Sizes.of(report.copiedBytes()) + "), " + report.unchanged() + " unchanged, "
                                + report.extra() + " not in the source"
                                + (delete ? ", " + report.deleted() + " of them deleted" : "") + ", "
                                + report.failed() + " failed",
                        event -> event.put("dryRun", options.isDryRun())
                                .put("copied", report.copied())
                                .put("bytes", report.copiedBytes())
                                .put("unchanged", report.unchanged())
                                .put("extra", report.extra())
                                .put("deleted", report.deleted())
                                .put("failed", report.failed()));
        return options.end(report, List.of());
    }
}
