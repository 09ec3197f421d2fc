package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The English and the layout of comments and messages.
@Tag("unit")
class CommentsTest {

    private static final Pattern TEXT =
            Pattern.compile("(?m)//.*|^\\s*/?\\*.*|\"[^\"\n]*\"|'[^'\n]*'|\"\"\"(?s:.*?)\"\"\"");
    private static final Pattern QUESTION = Pattern.compile("\\s*(///|/\\*\\*|\\*) (What|How|Whether)\\b.*");

    private static final int LONGEST_LINE = 120;
    private static final int FULL_LINE = 90;
    private static final Pattern PROSE = Pattern.compile("\\s*/// (?!\\||#|```).*");
    private static final Pattern CONTINUATION = Pattern.compile("\\s*/// +(?!@|- |\\d+\\. |\\||#|```)\\S.*");

    @Test
    void noSourceUsesABannedPhrase() throws IOException {
        for (Path source : sources("/src/main/java/.*\\.java|/wordpress/(src/.*|aloft)\\.php")) {
            String texts = TEXT.matcher(Files.readString(source))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining("\n"));
            assertThat(DocumentsTest.BANNED.matcher(texts).results().map(MatchResult::group))
                    .as(source.toString())
                    .isEmpty();
        }
    }

    @Test
    void commentsOpenWithANounOrAVerb() throws IOException {
        for (Path source : sources("/src/main/java/.*\\.java|/wordpress/(src/.*|aloft)\\.php")) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (i == 0 || !lines.get(i - 1).strip().matches("(///|\\*) .+")) {
                    assertThat(lines.get(i)).as(source.toString()).doesNotMatch(QUESTION);
                }
            }
        }
    }

    @Test
    void paragraphsOfCommentsFillTheirLines() throws IOException {
        List<String> torn = new ArrayList<>();
        for (Path source : sources("/src/(main|test)/java/.*\\.java")) {
            List<String> lines = Files.readAllLines(source);
            boolean isFenced = false;
            for (int i = 0; i + 1 < lines.size(); i++) {
                String line = lines.get(i);
                isFenced ^= line.contains("/// ```");
                if (!isFenced && isTorn(line, lines.get(i + 1))) {
                    torn.add(source + ":" + (i + 1));
                }
            }
        }
        assertThat(torn).isEmpty();
    }

    private static boolean isTorn(String line, String next) {
        if (line.length() > LONGEST_LINE && line.contains("/// ")) {
            return true;
        }
        return PROSE.matcher(line).matches()
                && CONTINUATION.matcher(next).matches()
                && line.length() + 1 + firstWord(next).length() <= FULL_LINE;
    }

    private static String firstWord(String line) {
        return line.strip().split("\\s+", 3)[1];
    }

    private static List<Path> sources(String pattern) throws IOException {
        Predicate<String> wanted = Pattern.compile(pattern).asPredicate();
        return Checkout.files().stream()
                .filter(file -> wanted.test(file.toString()))
                .toList();
    }
}
