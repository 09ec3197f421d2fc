package dev.aloft.cli.files;

import dev.aloft.cli.console.PrintableText;
import dev.aloft.cli.console.Sizes;
import dev.aloft.cli.console.StandardOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Output of the commands that list files: a line each, in text or with `--json` as an object.
final class ListingOutput {

    private static final int BUFFER_CHARS = 64 << 10;

    /// Writes after which the output is flushed and checked.
    private static final int CHECK_INTERVAL = 500;

    @Option(names = "--json", description = "Prints JSON, one object on each line.")
    private boolean inJson;

    @Option(
            names = {"-h", "--human"},
            description = "Prints sizes as in 1.5 MiB instead of bytes.")
    private boolean human;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--help", usageHelp = true, description = "Prints this help.")
    private boolean help;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    private @Nullable BufferedWriter buffer;
    private long writes;

    /// Prints one line.
    ///
    /// @param text a file's name in it is a [PrintableText]
    /// @param fields adds to the JSON object
    /// @throws StandardOutput.ClosedException if the output is read no further
    void line(String text, Consumer<ObjectNode> fields) throws IOException {
        if (inJson) {
            ObjectNode node = JsonMapper.shared().createObjectNode();
            fields.accept(node);
            raw(node + "\n");
        } else {
            raw(text + "\n");
        }
    }

    /// Prints a text as it is.
    void raw(String text) throws IOException {
        BufferedWriter out = buffer;
        if (out == null) {
            out = new BufferedWriter(spec.commandLine().getOut(), BUFFER_CHARS);
            buffer = out;
        }
        out.write(text);
        if (++writes % CHECK_INTERVAL == 0) {
            StandardOutput.requireWritten(spec.commandLine().getOut().checkError());
        }
    }

    /// Prints what is held back.
    void finish() throws IOException {
        if (buffer != null) {
            buffer.flush();
        }
        StandardOutput.requireWritten(spec.commandLine().getOut().checkError());
    }

    /// A number of bytes in the way that was asked for.
    String size(long bytes) {
        return human ? Sizes.of(bytes) : Long.toString(bytes);
    }

    /// Size and time of an entry for people; a directory has none.
    String details(Entry entry) {
        boolean isDirectory = entry.kind() == Entry.Kind.DIRECTORY;
        return String.format(
                Locale.ROOT,
                "%12s  %-20s  ",
                isDirectory ? "-" : size(entry.size()),
                isDirectory ? "-" : entry.modified().truncatedTo(ChronoUnit.SECONDS));
    }

    /// The fields of an entry.
    ///
    /// @param shown its name, as a command takes it
    static void fields(Entry entry, String shown, ObjectNode node) {
        node.put("name", shown);
        switch (entry.kind()) {
            case FILE ->
                node.put("type", "file")
                        .put("size", entry.size())
                        .put("modified", entry.modified().toString());
            case DIRECTORY -> node.put("type", "directory");
            case UNFIT -> node.put("type", "other").put("reason", entry.defect());
        }
    }

    /// Notes the keys that a listing cannot show.
    void noteHidden(Entry.Source entries, String shown) {
        if (entries.hidden() > 0) {
            spec.commandLine()
                    .getErr()
                    .println("aloft: " + entries.hidden() + " keys below " + PrintableText.of(shown)
                            + " are no paths, such as a//b or ../x, and are not shown");
        }
    }
}
