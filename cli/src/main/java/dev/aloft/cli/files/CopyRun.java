package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One run of `aloft cp` or `aloft mv`. All places are looked at before the first file is copied.
final class CopyRun {

    private final TransferOptions options;
    private final List<String> sources;
    private final String destination;
    private final boolean recursive;
    private final boolean moves;

    /// @param texts the sources and the destination
    /// @param recursive true to take directories
    CopyRun(TransferOptions options, List<String> texts, boolean recursive) {
        this(options, texts.subList(0, texts.size() - 1), texts.getLast(), recursive, false);
    }

    private CopyRun(
            TransferOptions options, List<String> sources, String destination, boolean recursive, boolean moves) {
        this.options = options;
        this.sources = sources;
        this.destination = destination;
        this.recursive = recursive;
        this.moves = moves;
    }

    /// The same that moves.
    CopyRun moving() {
        return new CopyRun(options, sources, destination, recursive, true);
    }

    int run(OpenPlaces places, FileTransfer transfer) throws IOException, Failure {
        NameFilter filter = options.filter();
        NamedPlace to = options.openForChanges(places, destination);
        List<CopyPlan> plans = new ArrayList<>();
        for (String text : sources) {
            NamedPlace source = moves ? options.openForChanges(places, text).requireNoLink() : places.open(text);
            plans.add(CopyPlan.of(source, source.select(recursive, filter), to, sources.size() == 1));
        }
        CopyPlan.requireApart(plans);
        plans.sort(Comparator.comparing(plan -> !plan.selection().single())); // their names are kept for the others
        List<String> unmatched = new ArrayList<>();
        for (CopyPlan plan : plans) {
            long before = files(transfer.report());
            options.during(() -> transfer.copy(plan.selection(), plan.to(), plan.naming()));
            deleteEmptyDirectories(plan.selection());
            if (plan.selection().isGlob() && files(transfer.report()) == before) {
                unmatched.add(plan.source());
            }
        }
        return finish(options, moves ? "moved" : "copied", transfer.report(), unmatched);
    }

    private void deleteEmptyDirectories(Selection moved) throws IOException {
        FileRoot root = moved.root();
        if (moves && !options.isDryRun() && root instanceof LocalRoot local && moved.isTree()) {
            local.deleteEmptyDirectories();
        }
    }

    private static long files(FileTransfer.Report report) {
        return report.copied() + report.unchanged() + report.failed();
    }

    /// Prints the result.
    ///
    /// @param done verb for what became of the files
    /// @param unmatched globs of the command line that match no file
    static int finish(TransferOptions options, String done, FileTransfer.Report report, List<String> unmatched)
            throws Failure {
        options.output()
                .done(
                        (options.isDryRun() ? "would have " : "") + done + " " + report.copied() + " files ("
                                + Sizes.of(report.copiedBytes()) + "), " + report.unchanged() + " stay as they are, "
                                + report.failed() + " failed",
                        event -> event.put("dryRun", options.isDryRun())
                                .put(done, report.copied())
                                .put("bytes", report.copiedBytes())
                                .put("unchanged", report.unchanged())
                                .put("failed", report.failed()));
        return options.end(report, unmatched);
    }
}
