package dev.aloft.testkit;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Raw bytes of a request written as one line of text: `\r`, `\n`, `\t`, `\0` and `\xNN` are single bytes, and
/// `{text*N}` is the text N times.
public final class RequestText {

    private static final Pattern REPEATED = Pattern.compile("\\{((?:[^{}]|\\{[a-z]+})+?)\\*(\\d+)}");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(r|n|t|0|x[0-9a-f]{2})");

    private RequestText() {}

    /// The bytes that the line stands for.
    public static byte[] bytes(String line) {
        return unescape(repeat(line)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The line with its repetitions written out, and its escapes left alone.
    public static String repeat(String line) {
        return REPEATED.matcher(line)
                .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
    }

    private static String unescape(String text) {
        return ESCAPED.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(
                        switch (m.group(1)) {
                            case "r" -> "\r";
                            case "n" -> "\n";
                            case "t" -> "\t";
                            case "0" -> "\0";
                            default ->
                                String.valueOf(
                                        (char) Integer.parseInt(m.group(1).substring(1), 16));
                        }));
    }
}
