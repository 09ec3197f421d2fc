package dev.aloft.cli.files;

import dev.aloft.bulk.Progress;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import dev.aloft.cli.edge.EdgeAdmin;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of the commands that change files, and their output.
final class TransferOptions {

    private static final int MAX_PARALLEL = 256;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Option(
            names = "--include",
            paramLabel = "RULE",
            description = "Only files with this name (*.jpg) or path (2026/11), or below such a directory; repeatable.")
    private List<String> include = List.of();

    @Option(names = "--exclude", paramLabel = "RULE", description = "Without such files; repeatable.")
    private List<String> exclude = List.of();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Files at the same time (default: ${DEFAULT-VALUE}).",
            defaultValue = "32")
    private int parallel = 32;

    @Option(names = "--dry-run", description = "Prints what would change, and changes nothing.")
    private boolean dryRun;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints a line for each file.")
    private boolean verbose;

    private final Progress progress = new Progress();
    private final Set<SiteConfiguration> changed = new HashSet<>();
    private boolean hasEdge;

    /// Work with a transfer.
    @FunctionalInterface
    interface Work {
        int run(OpenPlaces places, FileTransfer transfer) throws IOException, Failure;
    }

    /// Opens what the command needs, works, and closes it. Edges are told of changed sites, also after a failure.
    ///
    /// @param move true to delete each file after it was copied
    /// @param replace true to replace files that are there
    /// @param exposure decides which files are copied out of S3
    int with(boolean move, boolean replace, ExposureOptions exposure, Work work) throws Failure {
        if (parallel < 1 || parallel > MAX_PARALLEL) {
            throw new Failure(
                    Failure.Code.USAGE, "--parallel " + parallel + " is not between 1 and " + MAX_PARALLEL, "try 32");
        }
        return places.with(opened -> {
            FileTransfer.Options options =
                    new FileTransfer.Options(parallel, dryRun, move, replace, exposure.localCopies(opened));
            FileTransfer transfer = new FileTransfer(options, progress, new Lines());
            try {
                return work.run(opened, transfer);
            } finally {
                purge(opened);
            }
        });
    }

    NameFilter filter() throws Failure {
        try {
            return NameFilter.of(include, exclude);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--include or --exclude is invalid: " + e.getMessage(),
                    "write names such as '*.jpg', or paths such as 2026/11",
                    e);
        }
    }

    boolean isDryRun() {
        return dryRun;
    }

    CommandOutput output() {
        return output;
    }

    /// Opens a place whose files the command changes.
    NamedPlace openForChanges(OpenPlaces opened, String text) throws IOException, Failure {
        NamedPlace place = opened.openForChanges(text, dryRun);
        place.site().ifPresent(changed::add);
        changed.addAll(opened.sitesBelow(place));
        hasEdge = !changed.isEmpty()
                && opened.configuration().orElseThrow().edge().isPresent();
        return place;
    }

    /// A part of the transfer.
    @FunctionalInterface
    interface Part {
        void run() throws IOException, Failure;
    }

    /// Runs a part of the transfer with its progress.
    void during(Part part) throws IOException, Failure {
        boolean _ = output.during(progress, () -> {
            part.run();
            return true;
        });
    }

    private void purge(OpenPlaces opened) throws Failure {
        if (!dryRun && !changed.isEmpty()) {
            Configuration configuration = opened.configuration().orElseThrow();
            for (SiteConfiguration site : changed) {
                EdgeAdmin.purge(configuration, site.name())
                        .forEach(line -> output.item("warning", line, event -> event.put("warning", line)));
            }
        }
    }

    /// Ends a command whose failures have been printed.
    ///
    /// @param unmatched globs of the command line that match no file
    int end(FileTransfer.Report report, List<String> unmatched) throws Failure {
        if (report.failed() > 0) {
            throw new Failure(
                    Failure.Code.PARTLY,
                    report.failed() + " files have failed; all others are done",
                    "repair or exclude them, and run the command again");
        }
        if (!unmatched.isEmpty()) {
            throw new Failure(
                    Failure.Code.MISSING, "no file matches " + String.join(" ", unmatched), "check it with aloft ls");
        }
        return 0;
    }

    /// Prints what becomes of single files.
    private final class Lines implements FileTransfer.Log {

        private final Map<SiteConfiguration, NotServed> notServed = new HashMap<>();

        @Override
        public void copied(FileRoot from, Entry source, FileRoot to, String name) {
            String shown = to.shown(name);
            if (verbose || dryRun) {
                String original = from.shown(source.name());
                output.item(
                        "copied",
                        (dryRun ? "would copy " : "") + PrintableText.of(original) + " -> " + PrintableText.of(shown),
                        event -> event.put("from", original)
                                .put("to", shown)
                                .put("bytes", source.size())
                                .put("dryRun", dryRun));
            }
            if (hasEdge && to instanceof BucketRoot bucket) {
                warnIfNotServed(bucket, name);
            }
        }

        @Override
        public void deleted(FileRoot from, Entry file) {
            if (verbose || dryRun) {
                String shown = from.shown(file.name());
                output.item(
                        "deleted",
                        (dryRun ? "would delete " : "deleted ") + PrintableText.of(shown),
                        event -> event.put("file", shown)
                                .put("bytes", file.size())
                                .put("dryRun", dryRun));
            }
        }

        @Override
        public void failed(String file, String reason) {
            output.item(
                    "failure",
                    PrintableText.of(file + ": " + reason),
                    event -> event.put("file", file).put("reason", reason));
        }

        private void warnIfNotServed(BucketRoot bucket, String name) {
            for (SiteConfiguration site : changed) {
                notServed
                        .computeIfAbsent(site, NotServed::new)
                        .reason(bucket, name)
                        .ifPresent(reason -> output.item(
                                "warning",
                                PrintableText.of(bucket.shown(name)) + ": will not be served by the edge: " + reason,
                                event -> event.put("file", bucket.shown(name)).put("reason", reason)));
            }
        }
    }
}
