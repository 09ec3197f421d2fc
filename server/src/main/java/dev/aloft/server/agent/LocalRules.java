package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.files.Glob;
import dev.aloft.server.PercentCoding;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which of a site's paths PHP keeps on the host instead of in S3, and where there.
///
/// A rule is a path below the site's prefix, or a [Glob] of one. It covers what it fits, and everything below that.
public final class LocalRules {

    public static final LocalRules NONE = new LocalRules(List.of(), Path.of("/nonexistent"));

    /// The longest list of them.
    public static final int MAX_RULES = 100;

    private final Map<String, Glob> rules = new LinkedHashMap<>();
    private final Path folder;

    /// @param folder what holds them on the host, at their paths from the prefix
    /// @throws IllegalArgumentException for a rule that is no path, or covers everything
    public LocalRules(List<String> rules, Path folder) {
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path: " + folder);
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(rules.size() + " rules; " + MAX_RULES + " at most");
        }
        this.folder = folder;
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
    /// @param prefix the site's
    public Optional<String> covering(FilePath prefix, FilePath path) {
        if (!prefix.contains(path) || path.equals(prefix)) {
            return Optional.empty();
        }
        String below = below(prefix, path);
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

    /// Where a path is that a rule covers, in the way of a URL.
    public String place(FilePath prefix, FilePath path) {
        return "file://" + PercentCoding.encode(folder + "/" + below(prefix, path));
    }

    private static String below(FilePath prefix, FilePath path) {
        return prefix.isRoot()
                ? path.value()
                : path.value().substring(prefix.value().length() + 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LocalRules that
                && rules.keySet().equals(that.rules.keySet())
                && folder.equals(that.folder);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rules.keySet(), folder);
    }

    @Override
    public String toString() {
        return rules.keySet() + " in " + folder;
    }
}
