package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft tree`: draws a directory with what is below it.
@Command(name = "tree", description = "Draws a directory with all files and directories below it.")
final class TreeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", description = "photos/, s3://BUCKET/KEY or SITE:PATH.")
    private String text = "";

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "Goes no further than this many directories down (default: all).")
    private int depth = Integer.MAX_VALUE;

    @Option(names = "--directories", description = "Draws directories only.")
    private boolean onlyDirectories;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Mixin
    private ListingOutput output = new ListingOutput();

    private long files;
    private long directories;

    @Override
    public Integer call() throws Failure {
        return places.with(opened -> {
            NamedPlace place = opened.open(text);
            FileRoot root = place.existingDirectory();
            output.line(PrintableText.of(text), node -> node.put("name", text).put("type", "directory"));
            draw(root, "", "", 1);
            output.line(
                    directories + " directories, " + files + " files",
                    node -> node.put("directories", directories).put("files", files));
            output.finish();
            return 0;
        });
    }

    /// @param indent drawn before each line
    private void draw(FileRoot root, String directory, String indent, int level) throws IOException {
        Entry.Source entries =
                root.list(directory).filter(entry -> !onlyDirectories || entry.kind() == Entry.Kind.DIRECTORY);
        @Nullable Entry next = entries.next();
        while (next != null) {
            Entry entry = next;
            next = entries.next();
            boolean isLast = next == null;
            String name = entry.name().substring(directory.isEmpty() ? 0 : directory.length() + 1);
            output.line(
                    indent + (isLast ? "└── " : "├── ") + PrintableText.of(name),
                    node -> ListingOutput.fields(entry, root.shown(entry.name()), node));
            if (entry.kind() != Entry.Kind.DIRECTORY) {
                files++;
                continue;
            }
            directories++;
            if (level < depth) {
                descend(root, entry, indent + (isLast ? "    " : "│   "), level + 1);
            }
        }
        output.noteHidden(entries, root.shown(directory));
    }

    private void descend(FileRoot root, Entry directory, String indent, int level) throws IOException {
        try {
            draw(root, directory.name().substring(0, directory.name().length() - 1), indent, level);
        } catch (AccessDeniedException e) {
            output.line(
                    indent + "(this user may not read it)",
                    node -> node.put("name", root.shown(directory.name())).put("reason", "permission denied"));
        }
    }
}
