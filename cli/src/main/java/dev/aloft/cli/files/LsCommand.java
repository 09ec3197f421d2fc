package dev.aloft.cli.files;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft ls`: lists files.
@Command(
        name = "ls",
        description = "Lists the files and directories of a local directory, a bucket or a site's uploads. Without a"
                + " place, lists the configured sites.")
final class LsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "0..*", description = "photos/, s3://BUCKET/KEY, SITE:PATH, or a glob.")
    private List<String> texts = List.of();

    @Option(names = "-l", description = "Prints size and time of the last change, too.")
    private boolean details;

    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Lists all files below, without the directories.")
    private boolean recursive;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private ListingOutput output = new ListingOutput();

    @Override
    public Integer call() throws Failure {
        return places.with(opened -> {
            if (texts.isEmpty()) {
                listSites(opened);
            }
            for (String text : texts) {
                list(opened.open(text));
            }
            output.finish();
            return 0;
        });
    }

    private void listSites(OpenPlaces opened) throws IOException, Failure {
        Configuration configuration = opened.configuration()
                .orElseThrow(() -> new Failure(
                        Failure.Code.USAGE, "there is no configuration with sites to list", "name a place to list"));
        for (SiteConfiguration site : configuration.sites()) {
            String place = site.name() + ":";
            String uploads = "s3://" + site.bucket() + "/" + site.prefix().resolve("uploads") + "/";
            output.line(
                    details ? String.format("%-20s  %s", place, uploads) : place,
                    node -> node.put("name", place).put("type", "site").put("uploads", uploads));
        }
    }

    private void list(NamedPlace place) throws IOException, Failure {
        Optional<String> glob = place.glob();
        if (glob.isPresent()
                && !recursive
                && !glob.get().contains("/")
                && !glob.get().contains("**")) {
            listMatches(place, glob.get());
        } else if (glob.isPresent()) {
            Selection matches = place.matches(glob.get(), recursive, NameFilter.ALL);
            requireAny(place, print(matches.root(), matches.entries(), true));
        } else {
            Optional<Selection> file = place.file();
            if (file.isPresent()) {
                Entry entry = file.get().root().find(file.get().start()).orElseThrow(place::missing);
                print(entry, place.text(), place.text());
            } else {
                FileRoot directory = place.existingDirectory();
                long _ = print(directory, recursive ? directory.walk("") : directory.list(""), texts.size() > 1);
            }
        }
    }

    /// The matches of a glob for the names of one directory, the directories among them.
    private void listMatches(NamedPlace place, String glob) throws IOException, Failure {
        Selection names = place.matches(glob, false, NameFilter.ALL);
        FileRoot root = names.root();
        Entry.Source entries =
                root.list("").filter(entry -> names.test().test(entry.name().replaceFirst("/$", "")));
        requireAny(place, print(root, entries, true));
    }

    private static void requireAny(NamedPlace place, long printed) throws Failure {
        if (printed == 0) {
            throw place.missing();
        }
    }

    private long print(FileRoot root, Entry.Source entries, boolean withPlace) throws IOException {
        long count = 0;
        for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
            if (recursive && entry.kind() == Entry.Kind.DIRECTORY) {
                continue;
            }
            count++;
            String shown = root.shown(entry.name());
            print(entry, withPlace ? shown : entry.name(), shown);
        }
        output.noteHidden(entries, root.shown(""));
        return count;
    }

    private void print(Entry entry, String name, String shown) throws IOException {
        output.line(
                (details ? output.details(entry) : "") + PrintableText.of(name),
                node -> ListingOutput.fields(entry, shown, node));
    }
}
