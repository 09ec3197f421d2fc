package dev.aloft.server.htaccess;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A `RewriteCond`, a condition of the next rule.
///
/// An anonymous client sends no cookie and no query, and chooses the other headers freely.
///
/// @param subject the tested variable, such as `%{REQUEST_URI}`
/// @param or whether this or the next condition must hold
record RewriteCondition(String subject, String pattern, boolean ignoreCase, boolean or) {

    private static final Set<String> CLIENT_CONTROLLED = Set.of(
            "%{HTTP_ACCEPT}", "%{HTTP:ACCEPT}", "%{HTTP:ACCEPT-ENCODING}", "%{HTTP_REFERER}", "%{HTTP_USER_AGENT}");
    private static final Set<String> ABSENT_WHEN_ANONYMOUS =
            Set.of("%{HTTP_COOKIE}", "%{QUERY_STRING}", "%{REMOTE_USER}");
    private static final Set<String> OF_A_FILE = Set.of("-f", "-F", "-s", "-e");
    private static final Set<String> OF_NO_FILE = Set.of("-d", "-l", "-L", "-h", "-H");

    static RewriteCondition of(Node node) {
        List<String> words = node.arguments();
        String flags = String.join("", words.subList(Math.min(2, words.size()), words.size()))
                .toUpperCase(Locale.ROOT);
        return new RewriteCondition(
                words.isEmpty() ? "" : words.getFirst().toUpperCase(Locale.ROOT),
                words.size() < 2 ? "" : words.get(1),
                flags.contains("NC") || flags.contains("NOCASE"),
                flags.contains("OR"));
    }

    boolean isAboutCookies() {
        return subject.equals("%{HTTP_COOKIE}");
    }

    /// @param choice result for variables that the client controls
    Truth holds(Place place, Truth choice) {
        if (CLIENT_CONTROLLED.contains(subject)) {
            return choice;
        }
        boolean negated = pattern.startsWith("!");
        String plain = negated ? pattern.substring(1) : pattern;
        Truth fits = fits(plain, place);
        return negated ? fits.not() : fits;
    }

    private Truth fits(String plain, Place place) {
        boolean file = subject.equals("%{REQUEST_FILENAME}") || subject.equals("%{SCRIPT_FILENAME}");
        if (file && (OF_A_FILE.contains(plain) || OF_NO_FILE.contains(plain))) {
            return Truth.of(OF_A_FILE.contains(plain));
        }
        if (plain.startsWith("-") || plain.matches("[<>=].*")) {
            return Truth.UNKNOWN;
        }
        if (file) {
            // The site's folder on Apache's disk is unknown.
            return plain.startsWith("^") ? Truth.UNKNOWN : matches(plain, place.url());
        }
        if (ABSENT_WHEN_ANONYMOUS.contains(subject)) {
            return matches(plain, "");
        }
        return switch (subject) {
            case "%{REQUEST_URI}" -> matches(plain, place.url());
            case "%{REQUEST_METHOD}" -> matches(plain, "GET");
            default -> Truth.UNKNOWN;
        };
    }

    private Truth matches(String expression, String text) {
        return NamePattern.regex(expression, ignoreCase).fits(text);
    }
}
