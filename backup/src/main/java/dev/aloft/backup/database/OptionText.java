package dev.aloft.backup.database;

/// Text of an option file for the client programs, in the group that all of them read.
final class OptionText {

    private final StringBuilder text = new StringBuilder("[client]\n");

    /// Adds an option. In double quotes only the backslash, the quote and the ends of lines need an escape.
    void add(String name, String value) {
        text.append(name).append(" = \"");
        value.chars()
                .forEach(c -> text.append(
                        switch (c) {
                            case '\\' -> "\\\\";
                            case '"' -> "\\\"";
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> String.valueOf((char) c);
                        }));
        text.append("\"\n");
    }

    String text() {
        return text.toString();
    }
}
