package dev.aloft.cli.files;

import dev.aloft.cli.console.Confirmation;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Map<String, Selection> selections = new LinkedHashMap<>();
        for (String text : texts) {
            Selection selection =
                    options.openForChanges(places, text).requireNoLink().select(recursive, options.filter());
            requireNotTheDisk(selection);
            selections.put(text, selection);
        }
        if (!yes && !options.isDryRun()) {
            ask(selections.values());
        }
        List<String> unmatched = new ArrayList<>();
        List<Map.Entry<String, Selection>> globsFirst = new ArrayList<>(selections.entrySet());
        globsFirst.sort(Comparator.comparing(each -> !each.getValue().isGlob())); // the others can cover their matches
        for (Map.Entry<String, Selection> each : globsFirst) {
            Selection selection = each.getValue();
            long before = files(transfer.report());
            options.during(() -> transfer.delete(selection));
            if (!options.isDryRun() && selection.root() instanceof LocalRoot local && selection.isTree()) {
                local.deleteEmptyDirectories();
            }
            if (selection.isGlob() && files(transfer.report()) == before) {
                unmatched.add(each.getKey());
            }
        }
        return finish(transfer.report(), unmatched);
    }

    private static long files(FileTransfer.Report report) {
        return report.deleted() + report.failed();
    }

    private static void requireNotTheDisk(Selection selection) throws IOException, Failure {
        if (selection.isTree()
                && selection.root() instanceof LocalRoot local
                && local.real().equals(Path.of("/"))) {
            throw new Failure(Failure.Code.USAGE, "/ is not deleted", "name a directory below it");
        }
    }

    private void ask(Collection<Selection> selections) throws IOException, Failure {
        long files = 0;
        long bytes = 0;
        for (Selection selection : selections) {
            Entry.Source entries = selection.entries();
            for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                files += entry.isFile() ? 1 : 0;
                bytes += entry.size();
            }
        }
        Confirmation.require(
                false, "delete " + files + " files (" + Sizes.of(bytes) + ") of " + String.join(" ", texts));
    }

    private int finish(FileTransfer.Report report, List<String> unmatched) throws Failure {
        options.output()
                .done(
                        (options.isDryRun() ? "would delete " : "deleted ") + report.deleted() + " files ("
                                + Sizes.of(report.deletedBytes()) + "), " + report.failed() + " failed",
                        event -> event.put("dryRun", options.isDryRun())
                                .put("deleted", report.deleted())
                                .put("bytes", report.deletedBytes())
                                .put("failed", report.failed()));
        return options.end(report, unmatched);
    }
}
