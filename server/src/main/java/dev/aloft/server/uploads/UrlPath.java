package dev.aloft.server.uploads;

import dev.aloft.server.PercentCoding;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Request;

/// The path of a request, read once: the one place that decides what a URL means.
///
/// It is split at its slashes, then each segment is percent-decoded exactly once, as UTF-8. Repeated slashes count as
/// one, as on servers of plain folders. An encoded slash stays inside its segment.
///
/// A path is clear when no server could read it as another one. It is not clear when a segment is `.` or `..`, contains
/// a control character or a backslash, or is not percent-encoded UTF-8; such a segment stays undecoded.
///
/// @param segments decoded, none of them empty
/// @param directory true if the path ends in a slash
record UrlPath(List<String> segments, boolean directory, boolean clear) {

    UrlPath {
        segments = List.copyOf(segments);
    }

    static UrlPath of(Request request) {
        String raw = request.getHttpURI().getPath();
        return of(raw == null ? "" : raw);
    }

    /// @param raw the path as written in the request, without the query
    static UrlPath of(String raw) {
        List<String> segments = new ArrayList<>();
        boolean clear = raw.startsWith("/");
        for (String written : raw.split("/", -1)) {
            if (written.isEmpty()) {
                continue;
            }
            try {
                String segment = PercentCoding.decode(written);
                clear &= isPlain(segment);
                segments.add(segment);
            } catch (CharacterCodingException e) {
                clear = false;
                segments.add(written);
            }
        }
        return new UrlPath(segments, raw.endsWith("/"), clear);
    }

    /// Checks whether this path is `top` or lies below it.
    boolean isWithin(UrlPath top) {
        return begins(segments, top.segments);
    }

    /// Checks whether a segment contains an encoded slash.
    boolean hasEncodedSlash() {
        return segments.stream().anyMatch(s -> s.contains("/"));
    }

    /// The rest of this path below `top`, which it lies within.
    UrlPath below(UrlPath top) {
        return new UrlPath(segments.subList(top.segments.size(), segments.size()), directory, clear);
    }

    /// The decoded path without the slashes around it: `2026/11/a b.jpg`.
    String relative() {
        return String.join("/", segments);
    }

    private static boolean begins(List<String> path, List<String> top) {
        return path.size() >= top.size() && path.subList(0, top.size()).equals(top);
    }

    private static boolean isPlain(String segment) {
        for (String part : segment.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return segment.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == '\\');
    }
}
