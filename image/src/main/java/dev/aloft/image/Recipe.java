package dev.aloft.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parsed request: pure data, from a URL's query in Tachyon v3's grammar.
///
/// Invalid values are ignored; parsing never fails. Equivalent queries give equal recipes, and [#toString]
/// distinguishes different ones.
///
/// @param cut region of the original to use; empty for all
/// @param withoutBars removes bars at the edges of the original
/// @param wanted requested format; empty for negotiation
/// @param offered formats accepted by the client, best first; used if none is requested
/// @param quality from 1 to 100, if requested
/// @param zoom device pixels per CSS pixel; a higher zoom lowers the quality
/// @param progressive requests a progressive JPEG
/// @param filters applied in order
/// @param metadata kept in the rendition
/// @param compatibility mode of the remaining pipeline
public record Recipe(
        Optional<CropRegion> cut,
        boolean withoutBars,
        Sizing sizing,
        Optional<Format> wanted,
        List<Format> offered,
        OptionalInt quality,
        double zoom,
        boolean progressive,
        List<Filter> filters,
        Metadata metadata,
        Compatibility compatibility) {

    public Recipe {
        offered = List.copyOf(offered);
        filters = List.copyOf(filters);
    }

    /// @param offered formats accepted by the client, best first
    public static Recipe parse(Parameters query, List<Format> offered, Compatibility compatibility) {
        return new RecipeParser(query, compatibility).recipe(offered);
    }

    /// Output format for a rendition of this size: the first offered one that supports the size.
    public Format output(Format original, Size answer) {
        return output(
                original,
                offered.stream().filter(format -> format.canHave(answer)).toList());
    }

    private Format output(Format original, List<Format> offered) {
        if (wanted.isPresent()) {
            return wanted.get();
        }
        if (original.animates()) { // which AVIF does not, here
            return offered.contains(Format.WEBP) ? Format.WEBP : original;
        }
        if (!offered.isEmpty()) {
            return offered.getFirst();
        }
        return switch (original) {
            case SVG -> Format.PNG;
            case HEIC -> Format.JPEG;
            case JPEG, PNG, WEBP, GIF, AVIF, TIFF -> original;
        };
    }

    /// Picture filter.
    public enum Filter {
        NEGATE,
        GREY,
        SEPIA,
        /// Gaussian blur.
        BLUR,
        /// Light blur of a placeholder.
        PLACEHOLDER;

        /// Limit of Photon.
        private static final int MAX_FILTERS = 3;

        private static final Map<String, Filter> NAMES = Map.ofEntries(
                Map.entry("negate", NEGATE),
                Map.entry("grayscale", GREY),
                Map.entry("greyscale", GREY),
                Map.entry("sepia", SEPIA),
                Map.entry("blur", BLUR),
                Map.entry("blurgaussian", BLUR));

        /// Parses Photon's comma-separated list; unknown names are ignored.
        static List<Filter> named(String list) {
            List<Filter> filters = new ArrayList<>();
            for (String name : list.split(",", -1)) {
                Optional.ofNullable(NAMES.get(name)).ifPresent(filters::add);
            }
            return filters.subList(0, Math.min(MAX_FILTERS, filters.size()));
        }
    }

    /// Metadata kept in a rendition.
    public enum Metadata {
        /// Author, copyright and a required colour profile.
        ESSENTIAL(false, true, true),
        /// Colour profile only (Photon's `strip=info`).
        PROFILE(false, false, true),
        /// None (Photon's `strip=all`).
        NOTHING(false, false, false),
        /// All but the colour profile (`strip=color`), as Tachyon does.
        DESCRIPTION(true, true, false),
        /// All (`strip=none`).
        EVERYTHING(true, true, true);

        private final boolean all;
        private final boolean maker;
        private final boolean profile;

        Metadata(boolean all, boolean maker, boolean profile) {
            this.all = all;
            this.maker = maker;
            this.profile = profile;
        }

        /// True if everything but a profile stays.
        public boolean keepsAll() {
            return all;
        }

        /// True if author and copyright stay.
        public boolean keepsMaker() {
            return maker;
        }

        /// True if pixels may keep their profile; else they are converted to sRGB.
        public boolean keepsProfile() {
            return profile;
        }

        /// Parses Photon's `strip`.
        static Optional<Metadata> stripped(String what) {
            return switch (what) {
                case "all" -> Optional.of(NOTHING);
                case "info" -> Optional.of(PROFILE);
                case "color" -> Optional.of(DESCRIPTION);
                case "none" -> Optional.of(EVERYTHING);
                default -> Optional.empty();
            };
        }
    }

    /// Region of the original to use (`crop=x,y,w,h`); each number is a percentage or pixels.
    public record CropRegion(Measure x, Measure y, Measure width, Measure height) {

        private static final String NUMBER = "(\\d+)(px)?";
        private static final Pattern FORM = Pattern.compile(NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER);

        static Optional<CropRegion> parse(String text) {
            Matcher m = FORM.matcher(text);
            return m.matches()
                    ? Optional.of(
                            new CropRegion(Measure.of(m, 1), Measure.of(m, 3), Measure.of(m, 5), Measure.of(m, 7)))
                    : Optional.empty();
        }

        /// The region clipped to the picture; empty if nothing remains.
        ///
        /// @param base size that percentages refer to
        public Optional<Rectangle> within(Size picture, Size base) {
            int left = x.of(base.width());
            int top = y.of(base.height());
            int right = (int) Math.min(picture.width(), (long) left + width.of(base.width()));
            int bottom = (int) Math.min(picture.height(), (long) top + height.of(base.height()));
            return right <= left || bottom <= top
                    ? Optional.empty()
                    : Optional.of(new Rectangle(left, top, right - left, bottom - top));
        }

        /// @param pixels unit of `value`: pixels, else percent
        public record Measure(int value, boolean pixels) {

            private static Measure of(Matcher m, int group) {
                return new Measure(Parameters.number(m.group(group)), m.group(group + 1) != null);
            }

            public int of(int whole) {
                return pixels ? value : (int) Math.min(Integer.MAX_VALUE, Math.round(value / 100.0 * whole));
            }
        }
    }
}
