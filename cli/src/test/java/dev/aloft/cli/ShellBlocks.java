package dev.aloft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Lines of the shell blocks of a page, and commands in them.
public final class ShellBlocks {

    private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|[;|]|[^\\s'\";|]+");

    /// Separates the words of one command from what follows it.
    private static final Pattern END = Pattern.compile("[;|#&>].*");

    private ShellBlocks() {}

    /// The lines of a page in their order, each with those that continue it.
    ///
    /// @param kinds of the blocks as the page names them: `sh|ini`
    public static Stream<String> lines(Path page, String kinds) {
        return Pattern.compile("(?ms)^ *```(?:" + kinds + ")\\n(.*?)^ *```")
                .matcher(text(page))
                .results()
                .flatMap(block ->
                        block.group(1).replaceAll("\\\\\\n *", "").lines().map(String::strip));
    }

    /// Words of a line behind the program, which may stand behind another one's `--`; empty if the line runs another.
    public static Optional<List<String>> of(String program, String line) {
        List<String> words = words(line.replaceFirst("^ExecStart=\\S*/", ""));
        int start = words.lastIndexOf("--") + 1;
        return start < words.size()
                        && words.get(start).replaceFirst("^\\./", "").equals(program)
                ? Optional.of(words.subList(start + 1, words.size()))
                : Optional.empty();
    }

    /// Words of the first command of a line, without their quotes.
    static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(MatchResult::group)
                .takeWhile(word -> !END.matcher(word).matches())
                .map(word -> word.replaceAll("^['\"]|['\"]$", ""))
                .toList();
    }

    static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
