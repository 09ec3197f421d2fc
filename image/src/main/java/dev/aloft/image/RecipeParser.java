package dev.aloft.image;

import dev.aloft.image.Anchor.FocalPoint;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Anchor.Interest;
import dev.aloft.image.Recipe.Filter;
import dev.aloft.image.Recipe.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parser of one query in Tachyon v3's grammar. A value that cannot be read is ignored; parsing never fails.
///
/// The image editor's language ([Compatibility#EDITOR]) has `crop=Xpx,Ypx,WIDTHpx,HEIGHTpx`, `quality`, `progressive`
/// and `strip` of this grammar. `resize=WIDTH,HEIGHT` is exact there, `orientation` is EXIF's number to rotate from
/// before the crop, and `type` is the output format. Without `resize` it requests the header of the original.
record RecipeParser(Parameters query, Compatibility compatibility) {

    /// Names of all parameters that change a picture.
    static final Set<String> PARAMETERS = Set.of(
            "w",
            "h",
            "resize",
            "fit",
            "lb",
            "background",
            "crop",
            "gravity",
            "crop_strategy",
            "fp-x",
            "fp-y",
            "zoom",
            "dpr",
            "quality",
            "webp",
            "progressive",
            "placeholder",
            "strip",
            "ulb",
            "filter");

    static final double MAX_DPR = 8;

    /// Longest side of a placeholder, which a browser enlarges.
    static final int PLACEHOLDER_SIDE = 32;

    private static final int PLACEHOLDER_QUALITY = 40;

    private static final Pattern SIDE = Pattern.compile("[1-9]\\d*");
    private static final Pattern SHARE = Pattern.compile("([1-9]\\d{0,4})(%)?");
    private static final Pattern BOX = Pattern.compile("(\\d+)(px)?,(\\d+)(px)?");
    private static final Pattern QUALITY = Pattern.compile("[0-9]{1,3}");
    private static final Pattern ORIENTATION = Pattern.compile("[1-8]");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?\\d*");
    private static final Pattern STRATEGY = Pattern.compile("smart|entropy|attention");
    /// Tachyon's pattern `/^0|1|true|false$/`; its anchors bind to the first and last alternative only.
    private static final Pattern WEBP = Pattern.compile("(?s)0.*|.*1.*|.*true.*|.*false");

    Recipe recipe(List<Format> offered) {
        Optional<Boolean> webp = webp();
        return new Recipe(
                query.get("crop").flatMap(Recipe.CropRegion::parse),
                isPhoton() && flag("ulb"),
                isPlaceholder() ? sizing().hint(PLACEHOLDER_SIDE) : sizing(),
                isEditor()
                        ? query.get("type").flatMap(Format::named).filter(Format::isWritten)
                        : webp.filter(yes -> yes).map(_ -> Format.WEBP),
                webp.isPresent() ? List.of() : offered,
                quality(),
                zoom(),
                flag("progressive"),
                filters(),
                metadata(),
                compatibility);
    }

    private boolean strict() {
        return compatibility == Compatibility.STRICT;
    }

    private boolean isPhoton() {
        return compatibility == Compatibility.PHOTON;
    }

    private boolean isEditor() {
        return compatibility == Compatibility.EDITOR;
    }

    private boolean isPlaceholder() {
        return !strict()
                && !isEditor()
                && query.get("placeholder").filter("blur"::equals).isPresent();
    }

    private List<Filter> filters() {
        List<Filter> filters = new ArrayList<>(
                isPhoton() ? query.get("filter").map(Filter::named).orElse(List.of()) : List.of());
        if (isPlaceholder()) {
            filters.add(Filter.PLACEHOLDER);
        }
        return filters;
    }

    private Metadata metadata() {
        if (isPlaceholder()) {
            return Metadata.NOTHING;
        }
        return query.get("strip")
                .filter(_ -> isPhoton() || isEditor())
                .flatMap(Metadata::stripped)
                .orElse(strict() ? Metadata.DESCRIPTION : Metadata.ESSENTIAL);
    }

    private Sizing exact() {
        Optional<int[]> box = box("resize").filter(sides -> sides[0] > 0 && sides[1] > 0);
        OptionalInt orientation = query.get("orientation", ORIENTATION)
                .map(number -> OptionalInt.of(Integer.parseInt(number)))
                .orElseGet(OptionalInt::empty);
        return box.<Sizing>map(sides -> new Sizing.Exact(sides[0], sides[1], orientation))
                .orElse(Sizing.Header.HEADER);
    }

    /// The first readable parameter decides, whatever its value.
    private Sizing sizing() {
        if (isEditor()) {
            return exact();
        }
        Optional<int[]> box = box("resize");
        if (box.isPresent()) {
            return isFree(box.get())
                    ? Sizing.Original.ORIGINAL
                    : new Sizing.Cover(box.get()[0], box.get()[1], anchor());
        }
        box = box("fit");
        if (box.isPresent()) {
            return isFree(box.get()) ? Sizing.Original.ORIGINAL : new Sizing.Inside(box.get()[0], box.get()[1]);
        }
        box = box("lb");
        if (box.isPresent()) {
            return isFree(box.get())
                    ? Sizing.Original.ORIGINAL
                    : new Sizing.Letterbox(box.get()[0], box.get()[1], bars());
        }
        return sides();
    }

    /// Width and height; either may be missing. With a crop they are a box to fill.
    private Sizing sides() {
        Optional<Sizing> share = isPhoton() ? share() : Optional.empty();
        if (share.isPresent()) {
            return share.get();
        }
        int width = query.get("w", SIDE).map(w -> zoomed(Parameters.number(w))).orElse(0);
        int height = query.get("h", SIDE).map(h -> zoomed(Parameters.number(h))).orElse(0);
        if (width == 0 && height == 0) {
            return Sizing.Original.ORIGINAL;
        }
        return fills() ? new Sizing.Cover(width, height, Gravity.CENTER) : new Sizing.Inside(width, height);
    }

    /// True if width and height are a box to fill: with a crop region, and with Photon's `crop=1`.
    private boolean fills() {
        return query.get("crop").flatMap(Recipe.CropRegion::parse).isPresent()
                || (isPhoton() && query.get("crop").filter("1"::equals).isPresent());
    }

    /// Width or height in percent (Photon).
    private Optional<Sizing> share() {
        boolean inPercent = query.get("w").filter(w -> w.endsWith("%")).isPresent()
                || query.get("h").filter(h -> h.endsWith("%")).isPresent();
        return inPercent ? Optional.of(new Sizing.Share(measure("w"), measure("h"), fills())) : Optional.empty();
    }

    private Recipe.CropRegion.Measure measure(String side) {
        return query.get(side)
                .map(SHARE::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(2) != null
                        ? new Recipe.CropRegion.Measure(Integer.parseInt(m.group(1)), false)
                        : new Recipe.CropRegion.Measure(zoomed(Integer.parseInt(m.group(1))), true))
                .orElse(new Recipe.CropRegion.Measure(0, true));
    }

    private static boolean isFree(int[] box) {
        return box[0] == 0 && box[1] == 0;
    }

    private Optional<int[]> box(String name) {
        return query.get(name).map(BOX::matcher).filter(Matcher::matches).map(m ->
                new int[] {side(m.group(1), m.group(2) != null), side(m.group(3), m.group(4) != null)});
    }

    /// Strict mode: Tachyon accepts `px` but fails to read the number.
    private int side(String digits, boolean withUnit) {
        return strict() && withUnit ? 0 : zoomed(Parameters.number(digits));
    }

    private int zoomed(int side) {
        double exact = side * zoom() * dpr();
        return side == 0 ? 0 : Math.clamp(Math.round(exact), 1, Parameters.MAX_NUMBER);
    }

    private double zoom() {
        if (isEditor()) {
            return 1;
        }
        double zoom = query.get("zoom", DECIMAL).map(Double::parseDouble).orElse(1.0);
        return zoom == 0 ? 1 : zoom;
    }

    private double dpr() {
        double dpr = strict() || isEditor()
                ? 1
                : query.get("dpr", DECIMAL).map(Double::parseDouble).orElse(1.0);
        return dpr == 0 ? 1 : Math.min(dpr, MAX_DPR);
    }

    private Anchor anchor() {
        Optional<FocalPoint> point = strict() ? Optional.empty() : focalPoint();
        if (point.isPresent()) {
            return point.get();
        }
        Optional<String> strategy = query.get("crop_strategy", STRATEGY);
        boolean cut = query.get("crop").flatMap(Recipe.CropRegion::parse).isPresent();
        if (strategy.isPresent() && !(cut && strategy.get().equals("smart"))) {
            return strategy.get().equals("entropy") ? Interest.ENTROPY : Interest.ATTENTION;
        }
        return query.get("gravity").flatMap(Gravity::named).orElse(Gravity.CENTER);
    }

    private Optional<FocalPoint> focalPoint() {
        Optional<Double> x = fraction("fp-x");
        Optional<Double> y = fraction("fp-y");
        return x.isPresent() || y.isPresent()
                ? Optional.of(new FocalPoint(x.orElse(0.5), y.orElse(0.5)))
                : Optional.empty();
    }

    private Optional<Double> fraction(String name) {
        return query.get(name, DECIMAL).map(Double::parseDouble).filter(value -> value <= 1);
    }

    private Colour bars() {
        return query.get("background")
                .flatMap(text -> Colour.parse(text, compatibility))
                .orElse(Colour.BLACK);
    }

    private OptionalInt quality() {
        return query.get("quality", QUALITY)
                .map(Integer::parseInt)
                .filter(quality -> quality <= 100)
                .map(quality -> OptionalInt.of(Math.max(1, quality)))
                .orElseGet(() -> isPlaceholder() ? OptionalInt.of(PLACEHOLDER_QUALITY) : OptionalInt.empty());
    }

    /// Empty when the client's headers decide.
    private Optional<Boolean> webp() {
        Optional<String> given = query.get("webp");
        boolean readable = given.filter(text -> WEBP.matcher(text).matches()).isPresent();
        if (strict()) {
            return given.map(_ -> readable);
        }
        boolean no = given.filter(text -> text.isEmpty() || text.equals("0") || text.equals("false"))
                .isPresent();
        return no || readable ? Optional.of(!no) : Optional.empty();
    }

    private boolean flag(String name) {
        return !strict()
                && query.get(name)
                        .filter(value -> value.equals("1") || value.equals("true"))
                        .isPresent();
    }
}
