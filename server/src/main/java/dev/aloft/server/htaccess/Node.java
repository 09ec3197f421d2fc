package dev.aloft.server.htaccess;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/// A directive of an `.htaccess` file, or a section and its directives.
///
/// @param line its number, from 1
/// @param name in lower case: `deny`, `files`; empty if it is neither
/// @param text the whole line
/// @param section whether it is in angle brackets
record Node(int line, String name, List<String> arguments, String text, boolean section, List<Node> body) {

    /// More deeply nested sections have no name.
    static final int MAX_DEPTH = 16;

    /// Reads a file as Apache does: one directive per line, continued after a backslash, without comments. A section
    /// that does not begin or end properly, an error in Apache, is a node without a name.
    static List<Node> read(String file) {
        List<Node> top = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>();
        String[] lines = file.split("\r?\n|\r", -1);
        for (int at = 0; at < lines.length; at++) {
            int number = at + 1;
            StringBuilder text = new StringBuilder(lines[at]);
            while (text.length() > 0 && text.charAt(text.length() - 1) == '\\' && at + 1 < lines.length) {
                text.setLength(text.length() - 1);
                text.append(lines[++at]);
            }
            String line = text.toString().strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("</")) {
                String name = line.substring(2).replace(">", "").strip().toLowerCase(Locale.ROOT);
                if (open.isEmpty() || !open.peek().name.equals(name)) {
                    top.add(nameless(number, line));
                } else {
                    open.pop();
                }
                continue;
            }
            Node node = open.size() < MAX_DEPTH ? of(number, line) : nameless(number, line);
            (open.isEmpty() ? top : open.peek().body).add(node);
            if (node.section) {
                open.push(node);
            }
        }
        open.forEach(node -> top.add(nameless(node.line, node.text)));
        return top;
    }

    private static Node of(int number, String line) {
        boolean section = line.startsWith("<");
        if (section && !line.endsWith(">")) {
            return nameless(number, line);
        }
        List<String> words = words(section ? line.substring(1, line.length() - 1) : line);
        if (words.isEmpty()) {
            return nameless(number, line);
        }
        return new Node(
                number,
                words.getFirst().toLowerCase(Locale.ROOT),
                List.copyOf(words.subList(1, words.size())),
                line,
                section,
                new ArrayList<>());
    }

    private static Node nameless(int number, String line) {
        return new Node(number, "", List.of(), line, false, new ArrayList<>());
    }

    /// Words separated by spaces outside of quotes. A backslash escapes a quote and another backslash.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            char quote = line.charAt(at);
            boolean quoted = quote == '"' || quote == '\'';
            StringBuilder word = new StringBuilder();
            for (at += quoted ? 1 : 0; at < line.length() && !ends(line.charAt(at), quoted, quote); at++) {
                char next = at + 1 < line.length() ? line.charAt(at + 1) : 0;
                boolean escapes = line.charAt(at) == '\\' && (next == '\\' || (quoted && next == quote));
                word.append(line.charAt(escapes ? ++at : at));
            }
            words.add(word.toString());
            for (at += quoted ? 1 : 0; at < line.length() && Character.isWhitespace(line.charAt(at)); at++) {}
        }
        return words;
    }

    private static boolean ends(char c, boolean quoted, char quote) {
        return quoted ? c == quote : Character.isWhitespace(c);
    }
}
