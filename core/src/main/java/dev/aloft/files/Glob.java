package dev.aloft.files;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A glob as [java.nio.file.FileSystem#getPathMatcher] describes it: `*` and `?` stay within a name, `**` does
/// not, `[a-z]`, `[!a]`, `{jpg,png}`, and a backslash takes the meaning away from what follows. It matches text, so it
/// depends on no platform's idea of a path. Public for [dev.aloft.nio].
public final class Glob {

    private final Pattern pattern;
    private final String literalPrefix;

    private Glob(Pattern pattern, String literalPrefix) {
        this.pattern = pattern;
        this.literalPrefix = literalPrefix;
    }

    /// @throws PatternSyntaxException for a glob that is none
    public static Glob parse(String glob) {
        return new Translation(glob).run();
    }

    /// True if the glob matches the text as a whole, case included.
    public boolean matches(String text) {
        return pattern.matcher(text).matches();
    }

    /// The literal beginning of every match.
    public String literalPrefix() {
        return literalPrefix;
    }

    /// Reads a glob from left to right and writes the regular expression.
    private static final class Translation {

        private static final String META = "\\^$.|?*+()[]{}&-";

        private final String glob;
        private final StringBuilder regex = new StringBuilder();
        private final StringBuilder prefix = new StringBuilder();
        private boolean literalSoFar = true;
        private boolean inGroup;
        private int at;

        Translation(String glob) {
            this.glob = glob;
        }

        Glob run() {
            while (at < glob.length()) {
                char c = glob.charAt(at++);
                switch (c) {
                    case '\\' -> literal(escaped());
                    case '*' -> special(takes('*') ? ".*" : "[^/]*");
                    case '?' -> special("[^/]");
                    case '[' -> characterClass();
                    case '{' -> openGroup();
                    case '}' -> closeGroup(c);
                    case ',' -> comma(c);
                    default -> literal(c);
                }
            }
            if (inGroup) {
                throw wrong("a { is not closed");
            }
            return new Glob(Pattern.compile(regex.toString(), Pattern.DOTALL), prefix.toString());
        }

        private boolean takes(char expected) {
            boolean there = at < glob.length() && glob.charAt(at) == expected;
            at += there ? 1 : 0;
            return there;
        }

        private char escaped() {
            if (at == glob.length()) {
                throw wrong("nothing follows the last backslash");
            }
            return glob.charAt(at++);
        }

        private void literal(char c) {
            append(regex, c);
            if (literalSoFar) {
                prefix.append(c);
            }
        }

        private void special(String expression) {
            literalSoFar = false;
            regex.append(expression);
        }

        private static void append(StringBuilder out, char c) {
            if (META.indexOf(c) >= 0) {
                out.append('\\');
            }
            out.append(c);
        }

        private void openGroup() {
            if (inGroup) {
                throw wrong("a { within a {");
            }
            inGroup = true;
            special("(?:(?:");
        }

        private void closeGroup(char c) {
            if (inGroup) {
                inGroup = false;
                special("))");
            } else {
                literal(c);
            }
        }

        private void comma(char c) {
            if (inGroup) {
                special(")|(?:");
            } else {
                literal(c);
            }
        }

        /// In brackets only `-` between two characters has a meaning, and `!` in front.
        private void characterClass() {
            StringBuilder characters = new StringBuilder();
            boolean negated = takes('!');
            boolean rangeMayFollow = false;
            if (takes('-')) {
                characters.append("\\-");
            }
            while (!takes(']')) {
                if (at == glob.length()) {
                    throw wrong("a [ is not closed");
                }
                char c = glob.charAt(at++);
                if (c == '/') {
                    throw wrong("a slash within brackets");
                }
                if (c == '-' && rangeMayFollow && at < glob.length() && glob.charAt(at) != ']') {
                    char last = glob.charAt(at++);
                    if (last < characters.charAt(characters.length() - 1)) {
                        throw wrong("a range that ends before it begins");
                    }
                    characters.append('-');
                    append(characters, last);
                    rangeMayFollow = false;
                } else {
                    append(characters, c);
                    rangeMayFollow = true;
                }
            }
            if (characters.isEmpty()) {
                throw wrong("empty brackets");
            }
            special("[[^/]&&[" + (negated ? "^" : "") + characters + "]]");
        }

        private PatternSyntaxException wrong(String reason) {
            return new PatternSyntaxException(reason, glob, at - 1);
        }
    }
}
