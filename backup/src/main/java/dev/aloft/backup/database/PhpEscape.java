package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Escape sequences of PHP's quoted strings. See "Strings" in the PHP manual. A string of PHP is bytes: a character
/// here is one byte.
final class PhpEscape {

    private static final String LETTERS = "ntrvef\\$\"";
    private static final String MEANINGS = "\n\t\r\u000b\u001b\f\\$\"";
    private static final Pattern NUMBER = Pattern.compile("\\\\(?:(?<octal>[0-7]{1,3})|x(?<hex>[0-9a-fA-F]{1,2})"
            + "|u\\{(?<point>0*(?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4})})");

    private PhpEscape() {}

    /// Appends the meaning of the backslash at `at` in single quotes, where it escapes only itself and the quote.
    ///
    /// @return how many characters it takes
    static int single(String text, int at, StringBuilder to) {
        char next = text.charAt(at + 1);
        if (next == '\\' || next == '\'') {
            to.append(next);
            return 2;
        }
        to.append('\\');
        return 1;
    }

    /// The same in double quotes.
    static int twofold(String text, int at, StringBuilder to) {
        int letter = LETTERS.indexOf(text.charAt(at + 1));
        if (letter >= 0) {
            to.append(MEANINGS.charAt(letter));
            return 2;
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            to.append('\\');
            return 1;
        }
        to.append(bytes(number));
        return number.end() - at;
    }

    private static String bytes(Matcher number) {
        if (number.group("octal") != null) {
            return String.valueOf((char) (Integer.parseInt(number.group("octal"), 8) & 0xff));
        }
        if (number.group("hex") != null) {
            return String.valueOf((char) Integer.parseInt(number.group("hex"), 16));
        }
        String point = new StringBuilder()
                .appendCodePoint(Integer.parseInt(number.group("point"), 16))
                .toString();
        return new String(point.getBytes(UTF_8), ISO_8859_1);
    }
}
