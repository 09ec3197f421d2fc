package dev.aloft.server.htaccess;

import dev.aloft.server.htaccess.Access.Ruling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the `Require` directives of one scope, for an anonymous client without credentials whose address is not
/// listed.
final class Requirements {

    private static final Set<String> NO_STRANGER_MEETS = Set.of(
            "ip",
            "host",
            "forward-dns",
            "local",
            "user",
            "valid-user",
            "group",
            "file-owner",
            "file-group",
            "dbm-group",
            "ldap-user",
            "ldap-group",
            "ldap-dn",
            "ldap-attribute",
            "ldap-filter");
    private static final Set<String> SECTIONS = Set.of("requireall", "requireany", "requirenone");

    private final String folder;
    private final List<Node> nodes = new ArrayList<>();

    Requirements(String folder) {
        this.folder = folder;
    }

    /// Reads a directive if it is one of these, and returns whether it was.
    boolean takes(Node node) {
        boolean ours =
                node.section() ? SECTIONS.contains(node.name()) : node.name().equals("require");
        return ours && nodes.add(node);
    }

    /// The result, or null if there was no such directive. Directives outside of sections are alternatives.
    @Nullable
    Ruling ruling() {
        if (nodes.isEmpty()) {
            return null;
        }
        if (any(nodes) == Verdict.GRANTED) {
            return Ruling.GRANTED;
        }
        Node first = nodes.getFirst();
        boolean understood = nodes.stream().allMatch(Requirements::isUnderstood);
        return new Ruling(new Htaccess.Denial(folder, first.line(), first.text(), understood));
    }

    private enum Verdict {
        GRANTED,
        DENIED,
        /// Neither: a `not` that does not match.
        NEUTRAL
    }

    private static Verdict of(Node node) {
        return switch (node.name()) {
            case "requireall" -> all(node.body());
            case "requireany" -> any(node.body());
            case "requirenone" ->
                any(node.body()) == Verdict.GRANTED || !isUnderstood(node) ? Verdict.DENIED : Verdict.NEUTRAL;
            case "require" -> require(node);
            default -> Verdict.DENIED;
        };
    }

    private static Verdict all(List<Node> nodes) {
        List<Verdict> each = nodes.stream().map(Requirements::of).toList();
        if (each.contains(Verdict.DENIED)) {
            return Verdict.DENIED;
        }
        return each.contains(Verdict.GRANTED) ? Verdict.GRANTED : Verdict.NEUTRAL;
    }

    /// At least one grants. A directive that can only deny is an error here, and Apache then serves nothing.
    private static Verdict any(List<Node> nodes) {
        if (nodes.stream().anyMatch(Requirements::canOnlyDeny)) {
            return Verdict.DENIED;
        }
        List<Verdict> each = nodes.stream().map(Requirements::of).toList();
        if (each.contains(Verdict.GRANTED)) {
            return Verdict.GRANTED;
        }
        return each.contains(Verdict.DENIED) ? Verdict.DENIED : Verdict.NEUTRAL;
    }

    private static boolean canOnlyDeny(Node node) {
        return node.name().equals("requirenone") || words(node).getFirst().equals("not");
    }

    private static Verdict require(Node node) {
        List<String> words = words(node);
        boolean negated = words.getFirst().equals("not");
        Truth met = isMet(negated ? words.subList(1, words.size()) : words);
        if (negated) {
            return met == Truth.NO ? Verdict.NEUTRAL : Verdict.DENIED;
        }
        return met == Truth.YES ? Verdict.GRANTED : Verdict.DENIED;
    }

    private static Truth isMet(List<String> words) {
        String kind = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        if (kind.equals("all")) {
            return Truth.of(rest.equals(List.of("granted")));
        }
        if (kind.equals("method")) {
            return Truth.of(rest.contains("get"));
        }
        return NO_STRANGER_MEETS.contains(kind) ? Truth.NO : Truth.UNKNOWN;
    }

    private static boolean isUnderstood(Node node) {
        if (node.section()) {
            return SECTIONS.contains(node.name()) && node.body().stream().allMatch(Requirements::isUnderstood);
        }
        List<String> words = words(node);
        return node.name().equals("require")
                && isMet(words.getFirst().equals("not") ? words.subList(1, words.size()) : words) != Truth.UNKNOWN;
    }

    /// The arguments in lower case; one empty word if there are none.
    private static List<String> words(Node node) {
        return node.arguments().isEmpty()
                ? List.of("")
                : node.arguments().stream()
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .toList();
    }
}
