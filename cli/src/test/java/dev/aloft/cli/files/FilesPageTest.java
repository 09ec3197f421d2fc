package dev.aloft.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/// The pages on files: every command of `docs/how-to/files.md` in its order, that on files of `other-layouts.md`, and
/// the options that `docs/reference/files.md` lists.
final class FilesPageTest extends FilesTestCase {

    private static final Pattern COMMAND =
            Pattern.compile("(?m)^aloft ((?:ls|tree|du|find|stat|cat|cp|mv|rm|sync) .*)$");
    private static final Pattern LISTED = Pattern.compile("(?m)^ *aloft (cp --names .*)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `aloft (\\w+) [^|]*\\|[^|]*\\|([^|]*)\\|$");
    private static final Pattern OPTION = Pattern.compile("`(-[-a-z0]+)`");
    private static final Set<String> EVERYWHERE = Set.of("--config", "--endpoint", "--region", "--help", "--version");

    private static String page(String name) throws IOException {
        return Files.readString(Path.of(System.getProperty("aloft.root"), "docs", name));
    }

    @Test
    void theHowToWorksAsWritten() throws IOException {
        put("shop/uploads/2026/11/cat.jpg", "cat");
        put("shop/uploads/notes.txt", "notes");
        write("photos/dog.jpg", "dog");
        write("photos/draft.tmp", "draft");

        List<String> commands = COMMAND.matcher(page("how-to/files.md"))
                .results()
                .map(command -> command.group(1))
                .toList();
        assertThat(commands).hasSizeGreaterThan(15);
        for (String command : commands) {
            var _ = piped(
                    new byte[0],
                    Stream.of(command.split(" "))
                            .map(word -> word.replace("'", "").replace("s3://media/", "s3://BUCKET/"))
                            .map(word -> word.matches("photos.*|(backup|copy)-of.*") ? "FOLDER/" + word : word)
                            .toArray(String[]::new));
        }

        assertThat(objects("shop/uploads/").keySet())
                .containsExactly("2026/11/cat.jpg", "2026/11/dog.jpg", "notes.txt");
        assertThat(files("backup-of-2026").keySet()).containsExactly("11/cat.jpg", "11/dog.jpg", "12/dog.jpg");
        assertThat(files("copy-of-2026").keySet()).containsExactly("11/cat.jpg", "11/dog.jpg");
        assertThat(objects("elsewhere/")).isEmpty();
    }

    @Test
    void theHowToOfOtherLayoutsCopiesByAList() throws IOException {
        put("wp-content/uploads/2026/11/28101512/cat.jpg", "cat");
        Path list = write("names.tsv", "wp-content/uploads/2026/11/28101512/cat.jpg\t2026/11/cat.jpg\n");
        List<String> commands = LISTED.matcher(page("how-to/other-layouts.md"))
                .results()
                .map(command -> command.group(1))
                .toList();

        assertThat(commands).hasSize(1);
        done(Stream.of(commands.getFirst()
                        .replace("names.tsv", list.toString())
                        .replace("s3://example-media/", "s3://BUCKET/")
                        .replace("example:", "shop:")
                        .split(" "))
                .toArray(String[]::new));

        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("2026/11/cat.jpg", "cat"));
    }

    @Test
    void theReferenceListsTheOptionsThatTheCommandsHave() throws IOException {
        var rows = ROW.matcher(page("reference/files.md")).results().toList();

        assertThat(rows).hasSize(10);
        assertThat(rows).allSatisfy(row -> {
            CommandSpec command = Objects.requireNonNull(
                            Main.command().getSubcommands().get(row.group(1)))
                    .getCommandSpec();
            Set<String> options = command.options().stream()
                    .map(option -> option.longestName())
                    .filter(option -> !EVERYWHERE.contains(option))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(OPTION.matcher(row.group(2)).results().map(option -> option.group(1)))
                    .as(row.group(1))
                    .containsExactlyInAnyOrderElementsOf(options);
        });
    }
}
