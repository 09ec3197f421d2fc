package dev.aloft.server.htaccess;

import dev.aloft.server.htaccess.RewriteRule.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The mod_rewrite rules of one file, evaluated only for denials.
final class Rewriting {

    private final String folder;
    private final List<RewriteRule> rules = new ArrayList<>();
    private List<RewriteCondition> conditions = new ArrayList<>();
    private boolean on;
    private boolean empty = true;
    private @Nullable Node options;

    Rewriting(String folder) {
        this.folder = folder;
    }

    /// Reads a directive if it is one of these, and returns whether it was.
    boolean takes(Node node) {
        switch (node.name()) {
            case "rewriteengine" -> on = argument(node).equals("on");
            case "rewriteoptions" -> options = node;
            case "rewritecond" -> conditions.add(RewriteCondition.of(node));
            case "rewriterule" -> {
                rules.add(RewriteRule.of(folder, node, conditions));
                conditions = new ArrayList<>();
            }
            case "rewritebase", "rewritemap" -> {}
            default -> {
                return false;
            }
        }
        empty = false;
        return true;
    }

    private static String argument(Node node) {
        return node.arguments().isEmpty() ? "" : node.arguments().getFirst().toLowerCase(Locale.ROOT);
    }

    /// True if these rules replace those of the folders above.
    boolean replaces() {
        return !empty && options == null;
    }

    /// True if a rule could deny a file.
    boolean isOfUse() {
        return on && rules.stream().anyMatch(rule -> rule.effect() == Effect.KEPT_BACK);
    }

    List<Htaccess.Denial> denials() {
        return isOfUse()
                ? rules.stream()
                        .filter(rule -> rule.effect() == Effect.KEPT_BACK)
                        .map(RewriteRule::denial)
                        .toList()
                : List.of();
    }

    Optional<Htaccess.Denial> denial(Place place) {
        for (RewriteRule rule : on ? rules : List.<RewriteRule>of()) {
            Truth fits = rule.effect() == Effect.NONE ? Truth.NO : rule.fits(place);
            if (fits == Truth.YES && rule.effect() == Effect.LEFT) {
                return Optional.empty();
            }
            if (fits != Truth.NO && rule.effect() == Effect.KEPT_BACK) {
                return Optional.of(
                        fits == Truth.YES ? rule.denial() : rule.denial().unsure());
            }
        }
        return Optional.empty();
    }
}
