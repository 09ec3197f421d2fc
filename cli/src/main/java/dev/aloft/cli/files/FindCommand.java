package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft find`: lists the files below a directory that fulfil conditions.
@Command(name = "find", description = "Lists the files below a directory that fulfil all conditions.")
final class FindCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "1..*", description = "photos/, s3://BUCKET/KEY or SITE:PATH.")
    private List<String> texts = List.of();

    @Mixin
    private FileTests tests = new FileTests();

    @Option(
            names = {"-0", "--print0"},
            description = "Ends each name with a zero byte instead of a line feed, and escapes none: for xargs -0.")
    private boolean endsWithZero;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private ListingOutput output = new ListingOutput();

    @Override
    public Integer call() throws Failure {
        Predicate<Entry> test = tests.parse(InstantSource.system());
        boolean forDirectories = tests.isForDirectories();
        return places.with(opened -> {
            for (String text : texts) {
                FileRoot root = opened.open(text).existingDirectory();
                Entry.Source entries = root.walk("");
                if (forDirectories) {
                    findDirectories(root, entries, test);
                } else {
                    findFiles(root, entries, test);
                }
                output.noteHidden(entries, text);
            }
            output.finish();
            return 0;
        });
    }

    private void findFiles(FileRoot root, Entry.Source entries, Predicate<Entry> test) throws IOException {
        for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
            if (entry.kind() != Entry.Kind.DIRECTORY && test.test(entry)) {
                print(root, entry);
            }
        }
    }

    /// Directories are named by the files below them, and by markers.
    private void findDirectories(FileRoot root, Entry.Source entries, Predicate<Entry> test) throws IOException {
        String last = "";
        for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
            String name = entry.name();
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                String directory = name.substring(0, slash + 1);
                Entry found = new Entry(directory, Entry.Kind.DIRECTORY, 0, Instant.EPOCH, "", "");
                if (!last.startsWith(directory) && test.test(found)) {
                    print(root, found);
                }
            }
            last = name;
        }
    }

    private void print(FileRoot root, Entry entry) throws IOException {
        String shown = root.shown(entry.name());
        if (endsWithZero) {
            output.raw(shown + "\0");
        } else {
            output.line(PrintableText.of(shown), node -> ListingOutput.fields(entry, shown, node));
        }
    }
}
