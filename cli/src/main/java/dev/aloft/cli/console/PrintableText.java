package dev.aloft.cli.console;

/// Names of files for a terminal.
public final class PrintableText {

    private PrintableText() {}

    /// Replaces characters that a terminal could take as commands or that break a line by escapes such as `\n` and
    /// `\u001b`. A backslash stays as it is.
    public static String of(String name) {
        StringBuilder text = new StringBuilder(name.length());
        name.chars().forEach(c -> append(text, (char) c));
        return text.toString();
    }

    private static void append(StringBuilder text, char c) {
        switch (c) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (isHarmless(c)) {
                    text.append(c);
                } else {
                    text.append(String.format("\\u%04x", (int) c));
                }
            }
        }
    }

    /// Control characters, line separators, and those that change the direction of text are not.
    private static boolean isHarmless(char c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && !(c >= '\u202a' && c <= '\u202e')
                && !(c >= '\u2066' && c <= '\u2069');
    }
}
