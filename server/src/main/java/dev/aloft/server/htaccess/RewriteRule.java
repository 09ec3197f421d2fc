package dev.aloft.server.htaccess;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A `RewriteRule` and its conditions.
///
/// @param pattern of the path below the folder; a `!` in front negates it
record RewriteRule(
        Htaccess.Denial denial, List<RewriteCondition> conditions, String pattern, boolean ignoreCase, Effect effect) {

    /// The effect of a rule on a file that it matches.
    enum Effect {
        /// Denied, handed to a program, or served only with a cookie.
        KEPT_BACK,
        /// Unchanged, and later rules are skipped.
        LEFT,
        /// Renamed, redirected or marked, which the edge ignores.
        NONE
    }

    RewriteRule {
        conditions = List.copyOf(conditions);
    }

    static RewriteRule of(String folder, Node node, List<RewriteCondition> conditions) {
        List<String> words = node.arguments();
        String substitution = words.size() < 2 ? "" : words.get(1);
        Set<String> flags = flags(words.subList(Math.min(2, words.size()), words.size()));
        return new RewriteRule(
                new Htaccess.Denial(folder, node.line(), node.text(), true),
                conditions,
                words.isEmpty() ? "" : words.getFirst(),
                flags.contains("NC") || flags.contains("NOCASE"),
                effect(substitution, flags, conditions));
    }

    private static Set<String> flags(List<String> words) {
        String list = String.join("", words).toUpperCase(Locale.ROOT);
        return Arrays.stream(list.replaceAll("[\\[\\]]", "").split(",", -1)).collect(Collectors.toSet());
    }

    private static Effect effect(String substitution, Set<String> flags, List<RewriteCondition> conditions) {
        boolean refuses = flags.stream().anyMatch(flag -> flag.matches("F|FORBIDDEN|G|GONE|R=[45]\\d\\d"));
        boolean sendsAway = !substitution.equals("-") && conditions.stream().anyMatch(RewriteCondition::isAboutCookies);
        if (refuses || sendsAway || substitution.toLowerCase(Locale.ROOT).contains(".php")) {
            return Effect.KEPT_BACK;
        }
        boolean last = flags.stream().anyMatch(flag -> flag.matches("L|LAST|END"));
        return last && substitution.equals("-") ? Effect.LEFT : Effect.NONE;
    }

    Truth fits(Place place) {
        boolean negated = pattern.startsWith("!");
        Truth fits = NamePattern.regex(negated ? pattern.substring(1) : pattern, ignoreCase)
                .fits(place.below(denial.folder()));
        Truth all = negated ? fits.not() : fits;
        Truth group = Truth.NO;
        for (RewriteCondition condition : conditions) {
            group = group.or(condition.holds(place, Truth.of(effect == Effect.LEFT)));
            if (!condition.or()) {
                all = all.and(group);
                group = Truth.NO;
            }
        }
        return all;
    }
}
