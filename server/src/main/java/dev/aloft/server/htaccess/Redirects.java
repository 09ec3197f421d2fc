package dev.aloft.server.htaccess;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `Redirect` and `RedirectMatch` directives of one file that deny: those to a status of 400 or more.
final class Redirects {

    private final String folder;
    private final List<Node> nodes = new ArrayList<>();

    Redirects(String folder) {
        this.folder = folder;
    }

    /// Reads a directive if it is one of these, and returns whether it was.
    boolean takes(Node node) {
        if (!node.name().equals("redirect") && !node.name().equals("redirectmatch")) {
            return false;
        }
        boolean refuses =
                node.arguments().size() > 1 && node.arguments().getFirst().matches("(?i)[45]\\d\\d|gone");
        return !refuses || nodes.add(node);
    }

    List<Htaccess.Denial> denials() {
        return nodes.stream().map(this::denial).toList();
    }

    private Htaccess.Denial denial(Node node) {
        return new Htaccess.Denial(folder, node.line(), node.text(), true);
    }

    Optional<Htaccess.Denial> denial(Place place) {
        for (Node node : nodes) {
            String what = node.arguments().get(1);
            Truth fits = node.name().equals("redirect")
                    ? Truth.of(
                            place.url().equals(what) || place.url().startsWith(what.endsWith("/") ? what : what + "/"))
                    : NamePattern.regex(what, false).fits(place.url());
            if (fits != Truth.NO) {
                return Optional.of(
                        fits == Truth.YES ? denial(node) : denial(node).unsure());
            }
        }
        return Optional.empty();
    }
}
