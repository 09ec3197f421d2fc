package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Constants and variables that a PHP file sets to string literals, by `define('NAME', 'value');` and
/// `$name = 'value';`. The file is not run: a value that PHP would compute is recorded as computed.
///
/// PHP's strings are bytes, so the file is read byte by byte.
final class PhpLiterals {

    private final String text;
    private final List<Setting> settings = new ArrayList<>();
    private int at;

    /// A setting in the order of the file.
    ///
    /// @param name of a constant, or of a variable with its `$`
    /// @param value the literal; empty where PHP computes it
    record Setting(String name, Optional<String> value) {

        @Override
        public String toString() {
            return name;
        }
    }

    private PhpLiterals(String text) {
        this.text = text;
    }

    /// Reads a file's bytes.
    static List<Setting> of(byte[] file) {
        PhpLiterals reader = new PhpLiterals(new String(file, ISO_8859_1));
        reader.skipPast("<?php");
        reader.read();
        return reader.settings;
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (skipBlank()) {
                continue;
            }
            if (text.startsWith("?>", at)) {
                skipPast("<?php");
            } else if (c == '\'' || c == '"') {
                string();
            } else if (text.startsWith("<<<", at)) {
                skipHeredoc();
            } else if (c == '$' || isWordPart(c)) {
                statement();
            } else {
                at++;
            }
        }
    }

    private void statement() {
        String word = word();
        if (word.startsWith("$")) {
            skipBlanks();
            if (isNext('=') && !text.startsWith("==", at) && !text.startsWith("=>", at)) {
                at++;
                settings.add(new Setting(word, literalBefore(';')));
            }
        } else if (word.toLowerCase(Locale.ROOT).equals("define")) {
            define();
        }
    }

    private void define() {
        skipBlanks();
        if (!isNext('(')) {
            return;
        }
        at++;
        literalBefore(',').ifPresent(name -> {
            if (isNext(',')) {
                at++;
                settings.add(new Setting(name, literalBefore(')')));
            }
        });
    }

    /// A string literal that is the whole expression up to `end`, which is left to be read.
    private Optional<String> literalBefore(char end) {
        skipBlanks();
        if (at >= text.length() || (text.charAt(at) != '\'' && text.charAt(at) != '"')) {
            return Optional.empty();
        }
        Optional<String> value = string();
        skipBlanks();
        return isNext(end) ? value : Optional.empty();
    }

    /// Reads a quoted string to its closing quote.
    ///
    /// @return empty for one in which PHP would put a variable's value
    private Optional<String> string() {
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        boolean literal = true;
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at += quote == '\'' ? PhpEscape.single(text, at, value) : PhpEscape.twofold(text, at, value);
            } else {
                literal &= quote == '\'' || (c != '$' && !text.startsWith("{$", at));
                value.append(c);
                at++;
            }
        }
        at++;
        return literal ? Optional.of(new String(value.toString().getBytes(ISO_8859_1), UTF_8)) : Optional.empty();
    }

    private void skipBlanks() {
        boolean isBlank = true;
        while (isBlank && at < text.length()) {
            isBlank = skipBlank();
        }
    }

    /// Passes white space or a comment.
    private boolean skipBlank() {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (text.startsWith("/*", at)) {
            skipPast("*/");
        } else if (text.startsWith("//", at) || (c == '#' && !text.startsWith("#[", at))) {
            skipLine();
        } else {
            return false;
        }
        return true;
    }

    /// A comment of one line ends before `?>`, too.
    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n' && !text.startsWith("?>", at)) {
            at++;
        }
    }

    private void skipHeredoc() {
        int lineEnd = text.indexOf('\n', at);
        String label = lineEnd < 0 ? "" : text.substring(at + 3, lineEnd).replaceAll("[\"'\\s]", "");
        at = lineEnd < 0 ? text.length() : lineEnd;
        while (at < text.length()) {
            at++;
            int end = text.indexOf('\n', at);
            String line = text.substring(at, end < 0 ? text.length() : end).strip();
            if (line.startsWith(label)
                    && (line.length() == label.length() || !isWordPart(line.charAt(label.length())))) {
                at = text.indexOf(label, at) + label.length();
                return;
            }
            at = end < 0 ? text.length() : end;
        }
    }

    private String word() {
        int from = at++;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private boolean isNext(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private void skipPast(String mark) {
        int found = text.indexOf(mark, at);
        at = found < 0 ? text.length() : found + mark.length();
    }

    private static boolean isWordPart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
