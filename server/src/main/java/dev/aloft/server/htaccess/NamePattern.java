package dev.aloft.server.htaccess;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// An untrusted wildcard or regular expression, matched against names.
///
/// Only syntax that Apache (PCRE) and Java read alike is accepted, and a match ends after [#MAX_STEPS] steps. Anything
/// else is [Truth#UNKNOWN].
final class NamePattern {

    static final int MAX_LENGTH = 500;
    static final int MAX_STEPS = 100_000;

    /// One piece of an expression that both engines read alike: a character, an escape, a class, a parenthesis, a
    /// quantifier.
    private static final Pattern PLAIN = Pattern.compile("(?:[^\\\\\\[\\](){}?*+|]"
            + "|\\\\[dDwWsSbB]|\\\\[^\\p{Alnum}\\s]"
            + "|\\[\\^?(?:[^\\[\\]\\\\&~]|\\\\[dDwWsS]|\\\\[^\\p{Alnum}\\s])+\\]"
            + "|\\((?!\\?)|\\(\\?(?:[:=!]|i\\)|i:)|\\)|[?*+|]|\\{\\d{1,3}(?:,\\d{0,3})?\\})*+");

    private final @Nullable Pattern pattern;
    private final boolean whole;

    private NamePattern(@Nullable Pattern pattern, boolean whole) {
        this.pattern = pattern;
        this.whole = whole;
    }

    /// A regular expression that may match anywhere in a name.
    static NamePattern regex(String expression, boolean ignoreCase) {
        if (expression.length() > MAX_LENGTH || !PLAIN.matcher(expression).matches()) {
            return new NamePattern(null, false);
        }
        try {
            return new NamePattern(Pattern.compile(expression, ignoreCase ? Pattern.CASE_INSENSITIVE : 0), false);
        } catch (PatternSyntaxException e) {
            return new NamePattern(null, false);
        }
    }

    /// A whole name with the wildcards `*`, `?` and `[a-z]`.
    static NamePattern wildcard(String name) {
        if (name.length() > MAX_LENGTH) {
            return new NamePattern(null, true);
        }
        StringBuilder expression = new StringBuilder();
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            int end = c == '[' ? name.indexOf(']', at + 2) : -1;
            if (end > 0) {
                String characters = name.substring(at + 1, end);
                boolean negated = characters.startsWith("!") || characters.startsWith("^");
                expression.append(negated ? "[^" : "[");
                expression.append(characters.substring(negated ? 1 : 0).replaceAll("[^\\p{Alnum}-]", "\\\\$0"));
                expression.append(']');
                at = end;
            } else {
                expression.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return new NamePattern(Pattern.compile(expression.toString(), Pattern.DOTALL), true);
        } catch (PatternSyntaxException e) {
            return new NamePattern(null, true);
        }
    }

    Truth fits(String name) {
        if (pattern == null) {
            return Truth.UNKNOWN;
        }
        try {
            var trial = pattern.matcher(new Counted(name));
            return Truth.of(whole ? trial.matches() : trial.find());
        } catch (TooManySteps e) {
            return Truth.UNKNOWN;
        }
    }

    /// A text with a limited number of reads.
    private static final class Counted implements CharSequence {

        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// Ends a match.
    private static final class TooManySteps extends RuntimeException {

        private static final long serialVersionUID = 1;

        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }
}
