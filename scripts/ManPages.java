import dev.aloft.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Writes the manual pages of the commands, `aloft-backup-create.1` and so on, from what `--help` prints. The page of
/// `aloft` itself is written by hand. The program's jar is on the class path.
///
/// Arguments: the folder, and the date of the pages.
void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    write(Main.command(), folder, arguments[1]);
}

void write(CommandLine parent, Path folder, String date) throws IOException {
    for (CommandLine command : subcommands(parent)) {
        Files.writeString(folder.resolve(name(command) + ".1"), page(command, date));
        write(command, folder, date);
    }
}

/// Those of `aloft.jar`: the demo is elsewhere.
List<CommandLine> subcommands(CommandLine parent) {
    return new LinkedHashSet<>(parent.getSubcommands().values())
            .stream()
                    .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                    .filter(command -> !command.getCommandName().equals("demo"))
                    .toList();
}

String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
}

String page(CommandLine command, String date) {
    CommandSpec spec = command.getCommandSpec();
    Page page = new Page();
    page.text.append(".TH %s 1 \"%s\" \"Aloft\" \"User Commands\"\n".formatted(name(command).toUpperCase(), date));
    String[] paragraphs = spec.usageMessage().description();
    page.section("NAME");
    page.line(name(command) + " \\- " + Page.escaped(purpose(String.join(" ", paragraphs))));
    page.section("SYNOPSIS");
    String options = new Help(spec, Help.Ansi.OFF).synopsis(0).replaceAll("\\s+", " ").strip();
    page.line(Page.bold(spec.qualifiedName())
            + Page.escaped(options.substring(spec.qualifiedName().length())));
    page.section("DESCRIPTION");
    Arrays.stream(paragraphs).forEach(page::paragraph);

    if (!spec.positionalParameters().isEmpty()) {
        page.section("ARGUMENTS");
        for (PositionalParamSpec argument : spec.positionalParameters()) {
            page.item(Page.italic(argument.paramLabel()), argument.description());
        }
    }
    List<OptionSpec> visible =
            spec.options().stream().filter(option -> !option.hidden()).toList();
    if (!visible.isEmpty()) {
        page.section("OPTIONS");
        visible.forEach(option -> page.item(names(option), option.description()));
    }
    if (!command.getSubcommands().isEmpty()) {
        page.section("COMMANDS");
        for (CommandLine subcommand : subcommands(command)) {
            page.item(
                    Page.bold(name(subcommand)) + "(1)",
                    subcommand.getCommandSpec().usageMessage().description());
        }
    }
    if (spec.usageMessage().footer().length > 0) {
        page.section("NOTES");
        Arrays.stream(spec.usageMessage().footer()).forEach(page::paragraph);
    }
    page.section("SEE ALSO");
    CommandLine parent = Objects.requireNonNull(command.getParent());
    page.line((parent.getParent() == null ? "" : Page.bold(name(parent)) + "(1), ") + "\\fBaloft\\fR(1)");
    return page.text.toString();
}

/// The first sentence, as a line of `apropos`.
String purpose(String description) {
    String sentence = Page.plain(description).replaceFirst("(?s)(?<=[a-z0-9)])[.:;] .*|\\.$", "");
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
}

String names(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : Page.escaped("=") + Page.italic(option.paramLabel());
    return Arrays.stream(option.names()).map(Page::bold).collect(Collectors.joining(", ")) + value;
}

/// Text of one page in the language of man(7).
static final class Page {

    final StringBuilder text = new StringBuilder();

    void section(String title) {
        text.append(".SH ").append(title).append('\n');
    }

    void line(String escaped) {
        text.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "")
                .append(escaped)
                .append('\n');
    }

    void paragraph(String words) {
        text.append(".PP\n");
        line(escaped(plain(words)));
    }

    void item(String head, String[] description) {
        text.append(".TP\n");
        line(head);
        line(escaped(plain(String.join(" ", description))));
    }

    /// Words with one space between them; picocli leaves formats in some.
    static String plain(String words) {
        return words.replace("%n", " ").replaceAll("\\s+", " ").strip();
    }

    static String escaped(String words) {
        return words.replace("\\", "\\e").replace("-", "\\-");
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escaped(words) + "\\fR";
    }
}
