package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft du`: adds up the sizes of files by directory.
@Command(name = "du", description = "Adds up the sizes of all files below each directory.")
final class DuCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "1..*", description = "photos/, s3://BUCKET/KEY or SITE:PATH.")
    private List<String> texts = List.of();

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "Prints directories to this many below the place (default: all); 0 for its sum alone.")
    private int depth = Integer.MAX_VALUE;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private ListingOutput output = new ListingOutput();

    /// A directory whose files are being read, and the sums so far.
    private static final class Sum {

        private final String name;
        private long files;
        private long bytes;

        Sum(String name) {
            this.name = name;
        }

        void add(long moreFiles, long moreBytes) {
            files += moreFiles;
            bytes += moreBytes;
        }
    }

    @Override
    public Integer call() throws Failure {
        return places.with(opened -> {
            for (String text : texts) {
                NamedPlace place = opened.open(text);
                sum(place.existingDirectory());
            }
            output.finish();
            return 0;
        });
    }

    /// The files come in the order of their names, so all of a directory come together.
    private void sum(FileRoot root) throws IOException {
        Deque<Sum> open = new ArrayDeque<>(List.of(new Sum("")));
        Entry.Source entries = root.walk("");
        for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
            String name = entry.name();
            while (!name.startsWith(open.element().name)) {
                close(root, open);
            }
            for (int slash = name.indexOf('/', open.element().name.length());
                    slash >= 0;
                    slash = name.indexOf('/', slash + 1)) {
                open.push(new Sum(name.substring(0, slash + 1)));
            }
            if (entry.kind() != Entry.Kind.DIRECTORY) {
                open.element().add(1, entry.size());
            }
        }
        while (!open.isEmpty()) {
            close(root, open);
        }
        output.noteHidden(entries, root.shown(""));
    }

    /// Prints the innermost directory, and adds it to the one above.
    private void close(FileRoot root, Deque<Sum> open) throws IOException {
        Sum sum = open.pop();
        if (!open.isEmpty()) {
            open.element().add(sum.files, sum.bytes);
        }
        if (open.size() <= depth) {
            String shown = root.shown(sum.name);
            output.line(
                    String.format(
                            Locale.ROOT,
                            "%12s  %8d  %s",
                            output.size(sum.bytes),
                            sum.files,
                            PrintableText.of(shown.isEmpty() ? "./" : shown)),
                    node -> node.put("name", shown).put("files", sum.files).put("bytes", sum.bytes));
        }
    }
}
