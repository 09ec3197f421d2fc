package dev.aloft.server.cache;

/// Texts of ASCII digits, read for every answer: a regular expression takes ten times as long.
final class Digits {

    private Digits() {}

    /// True if a text has one or more characters, all of them digits.
    static boolean only(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
