package dev.aloft.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first line and the fields of an HTTP/1.1 message (RFC 9112, sections 2 to 5), kept as they came: `bytes()` gives
/// back what `read` took, to the byte.
record HttpHead(String firstLine, List<String> lines) {

    /// The most bytes a head may have, in either direction.
    static final int MAX_BYTES = 64 * 1024;

    HttpHead {
        lines = List.copyOf(lines);
    }

    /// Reads a head, up to and with its empty line.
    ///
    /// @return null when the connection ended before the first byte
    /// @throws IOException when it ends later, or the head is larger than [#MAX_BYTES]
    static @Nullable HttpHead read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder(512);
        while (!endsWithEmptyLine(text)) {
            int octet = in.read();
            if (octet < 0 && text.isEmpty()) {
                return null;
            }
            if (octet < 0) {
                throw new EOFException(
                        "cannot read an HTTP head: the connection ended after " + text.length() + " bytes");
            }
            if (text.length() == MAX_BYTES) {
                throw new IOException("cannot read an HTTP head: it is larger than " + MAX_BYTES + " bytes");
            }
            text.append((char) octet);
        }
        List<String> lines = List.of(text.substring(0, text.length() - 4).split("\r\n", -1));
        return new HttpHead(lines.getFirst(), lines.subList(1, lines.size()));
    }

    private static boolean endsWithEmptyLine(StringBuilder text) {
        int end = text.length();
        return end >= 4
                && text.charAt(end - 1) == '\n'
                && text.charAt(end - 2) == '\r'
                && text.charAt(end - 3) == '\n'
                && text.charAt(end - 4) == '\r';
    }

    /// The value of the first field with this name, without the space around it.
    @Nullable
    String field(String name) {
        for (String line : lines) {
            if (isNamed(line, name)) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return null;
    }

    /// Returns true if a field's comma-separated value contains this token, ignoring case.
    boolean says(String name, String token) {
        String value = field(name);
        if (value == null) {
            return false;
        }
        for (String part : value.split(",", -1)) {
            if (part.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    /// This head with one field set, in its place when it is there.
    HttpHead with(String name, String value) {
        List<String> changed = new ArrayList<>(lines);
        String line = name + ": " + value;
        for (int i = 0; i < changed.size(); i++) {
            if (isNamed(changed.get(i), name)) {
                changed.set(i, line);
                return new HttpHead(firstLine, changed);
            }
        }
        changed.add(line);
        return new HttpHead(firstLine, changed);
    }

    /// This head without the fields of one name.
    HttpHead without(String name) {
        return new HttpHead(
                firstLine, lines.stream().filter(line -> !isNamed(line, name)).toList());
    }

    /// The words of the first line: method, target and version, or version, status and reason.
    String word(int index) throws IOException {
        String[] words = firstLine.split(" ", 3);
        if (index >= words.length) {
            throw new IOException("cannot understand the first line of an HTTP message: " + firstLine);
        }
        return words[index];
    }

    /// The status of an answer.
    int status() throws IOException {
        try {
            return Integer.parseInt(word(1));
        } catch (NumberFormatException e) {
            throw new IOException("cannot understand the status line: " + firstLine, e);
        }
    }

    /// The head as it goes over the wire.
    byte[] bytes() {
        StringBuilder text = new StringBuilder(firstLine).append("\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isNamed(String line, String name) {
        return line.length() > name.length()
                && line.charAt(name.length()) == ':'
                && line.regionMatches(true, 0, name, 0, name.length());
    }
}
