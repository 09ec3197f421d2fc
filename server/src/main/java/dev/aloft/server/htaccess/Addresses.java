package dev.aloft.server.htaccess;

import dev.aloft.server.htaccess.Access.Ruling;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the `Order`, `Allow`, `Deny` and `Satisfy` of one scope, for an anonymous client whose address is not listed.
final class Addresses {

    private static final Set<String> EVERYWHERE = Set.of("all", "0.0.0.0/0", "::/0");

    private final String folder;
    private @Nullable Node order;
    private Htaccess.@Nullable Denial denied;
    private @Nullable Node allowed;
    private boolean satisfyAny;
    private boolean empty = true;

    Addresses(String folder) {
        this.folder = folder;
    }

    /// Reads a directive if it is one of these, and returns whether it was.
    boolean takes(Node node) {
        switch (node.name()) {
            case "order" -> order = node;
            case "deny" -> deny(node);
            case "allow" -> allowed = from(node).stream().anyMatch(EVERYWHERE::contains) ? node : allowed;
            case "satisfy" -> satisfyAny = first(node).equals("any");
            default -> {
                return false;
            }
        }
        empty = false;
        return true;
    }

    private void deny(Node node) {
        if (from(node).stream().anyMatch(EVERYWHERE::contains)) {
            denied = new Htaccess.Denial(folder, node.line(), node.text(), true);
        } else if (denied == null && from(node).stream().anyMatch(from -> from.startsWith("env="))) {
            denied = new Htaccess.Denial(
                    folder, node.line(), node.text(), false); // The variable of the request is not known here.
        }
    }

    private static List<String> from(Node node) {
        return node.arguments().stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String first(Node node) {
        return node.arguments().isEmpty() ? "" : node.arguments().getFirst().toLowerCase(Locale.ROOT);
    }

    boolean satisfyAny() {
        return satisfyAny;
    }

    /// The result, or null if there was no such directive.
    @Nullable
    Ruling ruling() {
        if (empty) {
            return null;
        }
        if (order == null || first(order).equals("deny,allow")) {
            return allowed == null && denied != null ? new Ruling(denied) : Ruling.GRANTED;
        }
        if (denied != null) {
            return new Ruling(denied);
        }
        return allowed == null
                ? new Ruling(new Htaccess.Denial(folder, order.line(), order.text(), true))
                : Ruling.GRANTED;
    }
}
