package dev.aloft.files;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A list of paths below a site's prefix, as an operator writes it. Each is a path, or a [Glob] of one, and covers what
/// it fits and everything below that.
public final class PathRules {

    /// The empty list, which covers no path.
    public static final PathRules NONE = new PathRules(List.of());

    /// The longest list of them.
    public static final int MAX_RULES = 100;

    private final Map<String, Glob> rules = new LinkedHashMap<>();

    /// @throws IllegalArgumentException for a rule that is no path, or covers everything
    public PathRules(List<String> rules) {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(rules.size() + " rules; " + MAX_RULES + " at most");
        }
        rules.forEach(rule -> this.rules.put(rule, glob(rule)));
    }

    private static Glob glob(String rule) {
        FilePath path = FilePath.of(rule); // refuses what cannot be one
        if (path.isRoot() || path.value().matches("[*?/]*")) {
            throw new IllegalArgumentException("a rule names something, not so: \"" + rule + "\"");
        }
        return Glob.parse(path.value());
    }

    /// The rule that covers a path, the first of several.
    ///
    /// @param below a path from the site's prefix: `uploads/cache/a.css`
    public Optional<String> covering(String below) {
        return rules.entrySet().stream()
                .filter(rule -> covers(rule.getValue(), below))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean covers(Glob rule, String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (rule.matches(path.substring(0, slash))) {
                return true;
            }
        }
        return rule.matches(path);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathRules that && rules.keySet().equals(that.rules.keySet());
    }

    @Override
    public int hashCode() {
        return rules.keySet().hashCode();
    }

    @Override
    public String toString() {
        return rules.keySet().toString();
    }
}
