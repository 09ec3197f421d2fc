package dev.aloft.image;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Opaque sRGB colour; components range from 0 to 255.
public record Colour(int red, int green, int blue) {

    static final Colour BLACK = new Colour(0, 0, 0);

    /// Colour names of CSS 2.1.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("aqua", "00ffff"),
            Map.entry("black", "000000"),
            Map.entry("blue", "0000ff"),
            Map.entry("fuchsia", "ff00ff"),
            Map.entry("gray", "808080"),
            Map.entry("green", "008000"),
            Map.entry("lime", "00ff00"),
            Map.entry("maroon", "800000"),
            Map.entry("navy", "000080"),
            Map.entry("olive", "808000"),
            Map.entry("orange", "ffa500"),
            Map.entry("purple", "800080"),
            Map.entry("red", "ff0000"),
            Map.entry("silver", "c0c0c0"),
            Map.entry("teal", "008080"),
            Map.entry("white", "ffffff"),
            Map.entry("yellow", "ffff00"));

    private static final Pattern STRICT = Pattern.compile("#[a-f0-9]{6}");
    private static final Pattern SHORT = Pattern.compile("#?[a-f0-9]{3}");
    private static final Pattern LONG = Pattern.compile("#?[a-f0-9]{6}");

    /// Parses `#rgb` and `#rrggbb`, case-insensitive, with or without `#`, and the names of CSS 2.1. Strict mode
    /// accepts only `#` with six lower-case digits.
    static Optional<Colour> parse(String text, Compatibility compatibility) {
        if (compatibility == Compatibility.STRICT && !STRICT.matcher(text).matches()) {
            return Optional.empty();
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String digits = NAMES.getOrDefault(lower, lower);
        String bare = digits.startsWith("#") ? digits.substring(1) : digits;
        if (SHORT.matcher(digits).matches()) {
            return Optional.of(ofDigits("" + bare.charAt(0) + bare.charAt(0) + bare.charAt(1) + bare.charAt(1)
                    + bare.charAt(2) + bare.charAt(2)));
        }
        return LONG.matcher(digits).matches() ? Optional.of(ofDigits(bare)) : Optional.empty();
    }

    private static Colour ofDigits(String digits) {
        int rgb = Integer.parseInt(digits, 16);
        return new Colour(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff);
    }
}
