package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// Commands in the documents: the program accepts each `aloft …` of a shell block or a systemd unit, and each that is
/// quoted in a sentence has options that exist. Each `wp aloft …` is a command of the plugin, with options that it has.
@Tag("unit")
final class DocumentedCommandsTest {

    private static final Path HOME = Path.of(System.getProperty("aloft.root"));

    private static final Pattern QUOTED = Pattern.compile("(?<!`)`((?:\\./)?aloft [^`\\n]+)`(?!`)");
    private static final Pattern OPTION = Pattern.compile("(--[a-z][-a-z_]*)");

    /// Names of threads, and a mistake that an example shows.
    private static final Set<String> NO_COMMANDS = Set.of("upload", "picture", "sevre");

    /// Classes of the plugin with the commands below the words after `wp aloft`.
    private static final Map<String, String> CLASSES =
            Map.of("", "Commands", "media", "MediaCommands", "object-cache", "ObjectCacheCommands");

    /// A command of a page.
    ///
    /// @param words without `aloft` or `wp aloft`
    record PageCommand(Path page, List<String> words) {
        @Override
        public String toString() {
            return HOME.relativize(page) + ": " + String.join(" ", words);
        }
    }

    static Stream<PageCommand> commands() throws IOException {
        return inBlocks("aloft");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theProgramAcceptsTheCommand(PageCommand command) {
        assertThatCode(() -> Main.command().parseArgs(command.words().toArray(String[]::new)))
                .doesNotThrowAnyException();
    }

    static Stream<PageCommand> quoted() throws IOException {
        return pages().stream()
                .flatMap(page -> QUOTED.matcher(ShellBlocks.text(page))
                        .results()
                        .map(quote -> new PageCommand(
                                page, ShellBlocks.of("aloft", quote.group(1)).orElseThrow()))
                        .filter(quote -> !NO_COMMANDS.contains(quote.words().getFirst())));
    }

    @ParameterizedTest
    @MethodSource("quoted")
    void aQuotedCommandHasOptionsThatExist(PageCommand command) {
        CommandLine found = Main.command();
        for (String word : command.words()) {
            found = found.getSubcommands().getOrDefault(word, found);
        }
        assertThat(found.getParent()).as("a command of aloft").isNotNull();
        assertThat(found.getCommandSpec().optionsMap().keySet()).containsAll(options(command));
    }

    static Stream<PageCommand> pluginCommands() throws IOException {
        return inBlocks("wp")
                .filter(command -> command.words().getFirst().equals("aloft"))
                .map(command -> new PageCommand(
                        command.page(),
                        command.words().subList(1, command.words().size())));
    }

    @ParameterizedTest
    @MethodSource("pluginCommands")
    void thePluginHasTheCommand(PageCommand command) throws IOException {
        List<String> words = command.words();
        String group = CLASSES.containsKey(words.getFirst()) ? words.getFirst() : "";
        String name = words.get(group.isEmpty() ? 0 : 1);
        String source = Files.readString(HOME.resolve("wordpress/src/Operations/" + CLASSES.get(group) + ".php"));

        assertThat(documentation(source, name.replace('-', '_')))
                .hasValueSatisfying(text -> assertThat(options(command))
                        .allSatisfy(option -> assertThat(text).contains("[" + option)));
    }

    /// The comment before a public method of PHP.
    private static Optional<String> documentation(String source, String method) {
        return Pattern.compile("(?s)/\\*\\*((?:(?!\\*/).)*)\\*/\\s*public function " + method + "\\(")
                .matcher(source)
                .results()
                .map(found -> found.group(1))
                .findFirst();
    }

    private static List<String> options(PageCommand command) {
        return OPTION.matcher(String.join(" ", command.words()))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static Stream<PageCommand> inBlocks(String program) throws IOException {
        List<PageCommand> commands = pages().stream()
                .flatMap(page -> ShellBlocks.lines(page, "sh|ini")
                        .flatMap(line -> ShellBlocks.of(program, line).stream())
                        .map(words -> new PageCommand(page, words)))
                .toList();
        assertThat(commands).isNotEmpty();
        return commands.stream();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
            return Stream.concat(Stream.of(HOME.resolve("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> !page.startsWith(HOME.resolve("docs/decisions"))) // These name rejected ones, too.
                    .toList();
        }
    }
}
