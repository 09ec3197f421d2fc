package dev.aloft.server.tachyon;

import dev.aloft.image.Parameters;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.UrlKey;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Limits the pictures that a site makes, so that the cost of one original is bounded. By default every picture is
/// made. With a list of sizes, a picture is made if its size is listed or its URL is signed.
///
/// @param listed sizes that need no signature; empty to make every picture
/// @param key for signatures of all other sizes; without a key those are refused
public record Admission(Optional<ListedSizes> listed, Optional<UrlKey> key) {

    /// Every picture is served.
    public static final Admission OPEN = new Admission(Optional.empty(), Optional.empty());

    /// @param name of the original below the uploads
    boolean admits(String name, Parameters query) {
        return listed.isEmpty()
                || key.filter(k -> SignedPicture.isSigned(k, name, query)).isPresent()
                || listed.get().allow(query.without(SignedPicture.PERMISSION));
    }

    /// The text of the answer to a client that was not admitted.
    String refusal() {
        String sizes = listed.map(ListedSizes::toString).orElse("");
        return "this picture's URL needs a signature" + (sizes.isEmpty() ? "" : ", or one of the sizes " + sizes);
    }

    /// The sizes that need no signature. A listed size combines only with parameters of few values, each in one
    /// spelling, so that the number of pictures of an original is bounded. Every other request needs a signature.
    ///
    /// @param sizes `300x200` for a box, `1024x` for a width, `x600` for a height
    public record ListedSizes(List<String> sizes) {

        private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})?x([1-9]\\d{0,4})?");
        private static final Set<String> BOXES = Set.of("resize", "fit", "lb");

        private static final Map<String, Set<String>> CHOICES = Map.of(
                "gravity",
                Set.of("center", "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"),
                "crop_strategy",
                Set.of("smart", "entropy", "attention"),
                "webp",
                Set.of("0", "1"),
                "progressive",
                Set.of("1"),
                "placeholder",
                Set.of("blur"));

        /// @throws IllegalArgumentException for a size that is none of `300x200`, `1024x` and `x600`
        public ListedSizes {
            sizes = List.copyOf(sizes);
            for (String size : sizes) {
                if (size.equals("x") || !SIZE.matcher(size).matches()) {
                    throw new IllegalArgumentException(
                            "not a size: \"" + size + "\" (expected 300x200, 1024x or x600)");
                }
            }
        }

        /// Returns true if a query asks for one of these sizes or for the original's own size, and for nothing else.
        /// Parameters of a presigned S3 URL are ignored here, because S3 decides on them.
        boolean allow(Parameters query) {
            Set<String> asked = new LinkedHashSet<>();
            String width = "";
            String height = "";
            for (Map.Entry<String, String> pair : query.all().entrySet()) {
                String value = pair.getValue();
                switch (pair.getKey()) {
                    case "w" -> width = value;
                    case "h" -> height = value;
                    case String name when BOXES.contains(name) -> asked.add(box(value));
                    case String name when Presigned.NAMES.contains(name) -> {}
                    default -> {
                        if (!CHOICES.getOrDefault(pair.getKey(), Set.of()).contains(value)) {
                            return false;
                        }
                    }
                }
            }
            if (!width.isEmpty() || !height.isEmpty()) {
                asked.add(width + "x" + height);
            }
            return asked.size() <= 1 && new HashSet<>(sizes).containsAll(asked);
        }

        /// `300,200` as `300x200`, and a side of 0 as none.
        private static String box(String value) {
            Matcher sides = Pattern.compile("(0|[1-9]\\d*),(0|[1-9]\\d*)").matcher(value);
            return sides.matches() ? side(sides.group(1)) + "x" + side(sides.group(2)) : value;
        }

        private static String side(String digits) {
            return digits.equals("0") ? "" : digits;
        }

        @Override
        public String toString() {
            return String.join(", ", sizes);
        }
    }
}
