package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Globs mean what the JDK's own mean.
@Tag("unit")
final class GlobTest {

    private static final List<String> GLOBS = List.of(
            "*",
            "**",
            "*.txt",
            "a*",
            "?",
            "??",
            "a/*",
            "a/**",
            "**/b",
            "*.{jpg,png}",
            "{a,b/c}",
            "[ab]*",
            "[!a]*",
            "[a-c]",
            "[-a]",
            "[a-]",
            "\\*",
            "a\\?b",
            "a.b",
            "a+b",
            "(a)",
            "a|b",
            "^a$",
            "{,a}b",
            "a}",
            "a,b",
            "[*]",
            "[?]",
            "[.]",
            "[&&a]",
            "[a&&b]",
            "é*",
            "");

    private static final List<String> NAMES = List.of(
            "a", "b", "c", "ab", "a.txt", "a/b", "a/b/c", "b/c", "x/b", "cat.jpg", "cat.png", "cat.gif", "*", "a?b",
            "axb", "a.b", "a+b", "aab", "(a)", "a|b", "^a$", "a}", "a,b", "-", "?", ".", "&", "é", "éa", "", ".hidden",
            "a b");

    @Test
    void matchIsTheJdks() {
        for (String glob : GLOBS) {
            for (String name : NAMES) {
                assertThat(Glob.parse(glob).matches(name))
                        .as("\"%s\" against \"%s\"", glob, name)
                        .isEqualTo(FileSystems.getDefault()
                                .getPathMatcher("glob:" + glob)
                                .matches(Path.of(name)));
            }
        }
    }

    @Test
    void globThatIsNoneIsRefused() {
        for (String glob : List.of("[", "[a", "{", "{a", "{{a}}", "a\\", "[a/b]", "[z-a]")) {
            assertThatThrownBy(() -> Glob.parse(glob)).as(glob).isInstanceOf(PatternSyntaxException.class);
        }
    }

    @Test
    void literalBeginningIsFound() {
        assertThat(Glob.parse("cat-*.jpg").literalPrefix()).isEqualTo("cat-");
        assertThat(Glob.parse("a\\*b*").literalPrefix()).isEqualTo("a*b");
        assertThat(Glob.parse("{a,b}").literalPrefix()).isEmpty();
        assertThat(Glob.parse("a{b,c}").literalPrefix()).isEqualTo("a");
        assertThat(Glob.parse("*").literalPrefix()).isEmpty();
    }
}
