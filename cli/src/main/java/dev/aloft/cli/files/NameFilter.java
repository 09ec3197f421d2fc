package dev.aloft.cli.files;

import dev.aloft.files.Glob;
import dev.aloft.files.PathRules;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/// Names that a command includes or excludes. A rule with a slash is a path below the root or a glob of one, see
/// [PathRules]; one without fits the name of a file or directory at any depth. A rule that fits a directory covers
/// everything below it.
///
/// @param include empty for every name
record NameFilter(List<Predicate<String>> include, List<Predicate<String>> exclude) implements Predicate<String> {

    /// Every name.
    static final NameFilter ALL = new NameFilter(List.of(), List.of());

    /// @throws IllegalArgumentException for a rule that is no path and no glob
    static NameFilter of(List<String> include, List<String> exclude) {
        return new NameFilter(
                include.stream().map(NameFilter::rule).toList(),
                exclude.stream().map(NameFilter::rule).toList());
    }

    private static Predicate<String> rule(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty rule");
        }
        try {
            if (text.contains("/")) {
                PathRules rules = new PathRules(List.of(text));
                return name -> rules.covering(name).isPresent();
            }
            Glob glob = Glob.parse(text);
            return name -> List.of(name.split("/")).stream().anyMatch(glob::matches);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a glob: " + text + " (" + e.getDescription() + ")", e);
        }
    }

    @Override
    public boolean test(String name) {
        return (include.isEmpty() || include.stream().anyMatch(rule -> rule.test(name))) && !excludes(name);
    }

    /// True for an entry that takes part. One that is unfit does unless it is excluded: it can be a directory that
    /// cannot be read, with included files in it.
    boolean covers(Entry entry) {
        return entry.kind() == Entry.Kind.UNFIT ? !excludes(entry.name()) : test(entry.name());
    }

    private boolean excludes(String name) {
        return exclude.stream().anyMatch(rule -> rule.test(name));
    }
}
