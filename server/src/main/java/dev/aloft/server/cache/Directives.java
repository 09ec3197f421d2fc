package dev.aloft.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The directives of an answer that apply to this cache.
///
/// They are those of the first well-formed targeted field (RFC 9213), which replaces all others; without one, those of
/// `Cache-Control` (RFC 9111, 5.2). If a directive is repeated, the first applies in `Cache-Control`, and the last in a
/// targeted field, as in every structured dictionary.
///
/// @param values by lower-case name; empty for a directive without a value
/// @param targeted whether they are from a targeted field
record Directives(Map<String, String> values, boolean targeted) {

    /// The targeted field of this cache, which is not forwarded.
    static final String OWN_FIELD = "Aloft-Cache-Control";

    private static final List<String> TARGETED = List.of(OWN_FIELD, "CDN-Cache-Control");

    private static final Pattern DIRECTIVE =
            Pattern.compile("\\G[\\s,]*([^\\s,=\"]+)(?:=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]*)))?[^,]*");

    /// A dictionary of items without parameters (RFC 9651); numbers are integers.
    private static final Pattern MEMBER = Pattern.compile("([a-z*][a-z0-9_.*-]*)"
            + "(?:=(-?\\d{1,15}|\\?[01]|\"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])*\""
            + "|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*))?"
            + "[ \\t]*(?:,[ \\t]*|$)");

    /// A larger number of seconds is read as this one (RFC 9111, 1.2.2).
    private static final long MAX_SECONDS = 1L << 31;

    /// Results for the most recent fields: an origin sends few different ones.
    private static final Cache<Line, Optional<Directives>> READ =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(256).build();

    private record Line(String text, boolean targeted) {}

    static Directives of(HttpFields headers) {
        for (String field : TARGETED) {
            List<String> lines = headers.getValuesList(field);
            if (!lines.isEmpty()) {
                Line line = new Line(String.join(", ", lines), true);
                Optional<Directives> members = READ.get(line, _ -> dictionary(line.text()));
                if (members.isPresent()) {
                    return members.get();
                }
            }
        }
        Line line = new Line(String.join(", ", headers.getValuesList(HttpHeader.CACHE_CONTROL)), false);
        return READ.get(line, _ -> Optional.of(list(line.text()))).orElseThrow();
    }

    private static Directives list(String line) {
        Map<String, String> values = new HashMap<>();
        Matcher directive = DIRECTIVE.matcher(line);
        while (directive.find()) {
            String quoted = directive.group(2);
            String value = quoted != null ? quoted : directive.group(3);
            values.putIfAbsent(directive.group(1).toLowerCase(java.util.Locale.ROOT), value == null ? "" : value);
        }
        return new Directives(Map.copyOf(values), false);
    }

    private static Optional<Directives> dictionary(String line) {
        Map<String, String> values = new HashMap<>();
        String rest = line.strip();
        Matcher member = MEMBER.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            member.region(at, rest.length());
            if (!member.lookingAt()) {
                return Optional.empty();
            }
            String value = member.group(2);
            if (value != null && isSeconds(member.group(1)) && !Digits.only(value)) {
                return Optional.empty();
            }
            values.put(member.group(1), value == null ? "" : value);
            at = member.end();
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(new Directives(Map.copyOf(values), true));
    }

    private static boolean isSeconds(String name) {
        return switch (name) {
            case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" -> true;
            default -> false;
        };
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// True if the directive applies to the whole answer, not to listed fields only (`no-cache="a"`).
    boolean hasBare(String name) {
        return "".equals(values.get(name));
    }

    /// The fields that a qualified directive names.
    List<String> fields(String name) {
        String value = values.getOrDefault(name, "");
        return value.isEmpty()
                ? List.of()
                : List.of(value.split(",", -1)).stream().map(String::strip).toList();
    }

    /// A number of seconds; 0 if invalid, which makes the answer stale.
    Optional<Long> seconds(String name) {
        String value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                !Digits.only(value)
                        ? 0
                        : value.length() > 10 ? MAX_SECONDS : Math.min(MAX_SECONDS, Long.parseLong(value)));
    }
}
