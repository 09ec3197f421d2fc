package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Holds `docs/reference/semantics.md` and its tests together.
@Tag("unit")
final class SemanticsPageTest {

    private static final Pattern LINE = Pattern.compile("^\\| .+ \\| `(\\w+)` \\|$", Pattern.MULTILINE);

    @Test
    void everyLineOfThePageHasATestAndEveryTestALine() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/semantics.md"));
        List<String> lines =
                LINE.matcher(page).results().map(MatchResult::group).toList();
        List<String> promised =
                LINE.matcher(page).results().map(line -> line.group(1)).toList();
        List<String> shown = Stream.of(
                        LookingSemanticsTest.class,
                        WritingSemanticsTest.class,
                        DirectorySemanticsTest.class,
                        CopyingSemanticsTest.class,
                        OpenFileSemanticsTest.class,
                        HeaderRulesTest.class,
                        ConditionalStoresTest.class)
                .flatMap(tests -> Arrays.stream(tests.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .toList();

        assertThat(lines).isNotEmpty();
        assertThat(promised).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(shown);
        assertThat(guarantees(page)).containsExactlyElementsOf(lines);
    }

    /// Rows of the tables of guarantees, without their headings.
    private static List<String> guarantees(String page) {
        return Pattern.compile("\n\n")
                .splitAsStream(page)
                .filter(block -> block.startsWith("| guarantee | test |\n| --- | --- |\n"))
                .flatMap(table -> table.lines().skip(2))
                .toList();
    }
}
