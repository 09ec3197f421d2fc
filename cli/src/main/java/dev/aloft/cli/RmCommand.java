package dev.aloft.cli;

import dev.aloft.transfer.Entry;
import dev.aloft.transfer.EntrySource;
import dev.aloft.transfer.FileTransfer;
import dev.aloft.transfer.LocalRoot;
import dev.aloft.transfer.Selection;
import dev.aloft.transfer.TransferReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft rm`: deletes files.
@Command(name = "rm", description = "Deletes files. Counts them first, and asks.", mixinStandardHelpOptions = true)
final class RmCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "1..*", description = "cat.jpg, s3://BUCKET/KEY, SITE:PATH, or a glob.")
    private List<String> texts = List.of();

    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Deletes directories with everything below them.")
    private boolean recursive;

    @Option(names = "--yes", description = "Does not ask, and does not count first.")
    private boolean yes;

    @Mixin
    private TransferOptions options = new TransferOptions();

    @Override
    public Integer call() throws Failure {
        return options.with(false, false, new ExposureOptions(), this::run);
    }

    private int run(OpenPlaces places, FileTransfer transfer) throws IOException, Failure {
        List<Selection> selections = new ArrayList<>();
        for (String text : texts) {
            Selection selection =
                    options.openForChanges(places, text).requireNoLink().select(recursive, options.filter());
            requireNotTheDisk(selection);
            selections.add(selection);
        }
        if (!yes && !options.isDryRun()) {
            ask(selections);
        }
        for (Selection selection : selections) {
            options.during(() -> transfer.delete(selection));
            if (!options.isDryRun() && selection.root() instanceof LocalRoot local && selection.isTree()) {
                local.deleteEmptyDirectories();
            }
        }
        return finish(transfer.report(), selections.stream().anyMatch(Selection::isTree));
    }

    private static void requireNotTheDisk(Selection selection) throws IOException, Failure {
        if (selection.isTree()
                && selection.root() instanceof LocalRoot local
                && local.real().equals(Path.of("/"))) {
            throw new Failure(Failure.Code.USAGE, "/ is not deleted", "name a directory below it");
        }
    }

    private void ask(List<Selection> selections) throws IOException, Failure {
        long files = 0;
        long bytes = 0;
        for (Selection selection : selections) {
            EntrySource entries = selection.entries();
            for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                files += entry.isFile() ? 1 : 0;
                bytes += entry.size();
            }
        }
        Confirmation.require(
                false,
                "delete " + files + " files (" + Sizes.of(bytes) + ") of " + PrintableText.of(String.join(" ", texts)));
    }

    /// @param hadDirectory true if a directory was named, which may have been empty
    private int finish(TransferReport report, boolean hadDirectory) throws Failure {
        if (!hadDirectory && report.deleted() + report.failed() == 0) {
            throw new Failure(
                    Failure.Code.MISSING, "no file matches " + String.join(" ", texts), "check it with aloft ls");
        }
        options.output()
                .done(
                        (options.isDryRun() ? "would delete " : "deleted ") + report.deleted() + " files ("
                                + Sizes.of(report.deletedBytes()) + "), " + report.failed() + " failed",
                        event -> event.put("dryRun", options.isDryRun())
                                .put("deleted", report.deleted())
                                .put("bytes", report.deletedBytes())
                                .put("failed", report.failed()));
        return options.end(report);
    }
}
