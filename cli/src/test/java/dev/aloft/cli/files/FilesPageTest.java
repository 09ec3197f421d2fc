package dev.aloft.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/// The options that `docs/reference/files.md` lists.
@Tag("unit")
final class FilesPageTest {

    private static final Path PAGE = Path.of(System.getProperty("aloft.root"), "docs/reference/files.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `aloft (\\w+) [^|]*\\|[^|]*\\|([^|]*)\\|$");
    private static final Pattern OPTION = Pattern.compile("`(-[-a-z0]+)`");
    private static final Set<String> EVERYWHERE = Set.of("--config", "--endpoint", "--region", "--help", "--version");

    @Test
    void theReferenceListsTheOptionsThatTheCommandsHave() throws IOException {
        var rows = ROW.matcher(Files.readString(PAGE)).results().toList();

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
