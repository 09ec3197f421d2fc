package dev.aloft.image.worker;

import dev.aloft.image.Anchor;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Colour;
import dev.aloft.image.Compatibility;
import dev.aloft.image.Recipe;
import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;
import dev.aloft.image.Sizing;
import java.util.Optional;
import java.util.OptionalInt;

/// Size of a rendition and the part of the original that it shows. Pure functions.
///
/// A side of 0 is derived from the other side. Nothing is enlarged, except to an exact size: a box is at most the
/// original's size; only the canvas of a letterbox may be larger.
final class Geometry {

    private Geometry() {}

    /// @param stored size before rotation
    /// @param own orientation of the original
    static RenderPlan plan(Size stored, Orientation own, Recipe recipe) {
        Orientation orientation = orientation(own, recipe.sizing());
        Size upright = orientation.upright(stored);
        Size base = recipe.compatibility() == Compatibility.STRICT ? stored : upright;
        Rectangle cut = recipe.cut().flatMap(c -> c.within(upright, base)).orElseGet(() -> Rectangle.all(upright));
        Fit fit = fit(cut.size(), recipe.sizing());
        return new RenderPlan(
                stored,
                orientation.stored(cut, upright),
                orientation.upright(fit.scaled), // turning sides twice is none
                orientation,
                fit.box,
                fit.anchor,
                fit.canvas);
    }

    private static Orientation orientation(Orientation own, Sizing sizing) {
        return sizing instanceof Sizing.Exact exact
                ? Orientation.of(exact.orientation().orElse(1))
                : own;
    }

    private static Fit fit(Size picture, Sizing sizing) {
        return switch (sizing) {
            case Sizing.Original _, Sizing.Header _ -> Fit.whole(picture);
            case Sizing.Exact(int width, int height, OptionalInt _) -> Fit.whole(new Size(width, height));
            case Sizing.Inside(int width, int height) -> Fit.whole(inside(picture, width, height));
            case Sizing.Cover(int width, int height, Anchor anchor) -> cover(picture, width, height, anchor);
            case Sizing.Share(Recipe.CropRegion.Measure width, Recipe.CropRegion.Measure height, boolean fills) ->
                fills
                        ? cover(picture, width.of(picture.width()), height.of(picture.height()), Gravity.CENTER)
                        : Fit.whole(inside(picture, width.of(picture.width()), height.of(picture.height())));
            case Sizing.Letterbox(int width, int height, Colour _) -> letterbox(picture, width, height);
        };
    }

    /// Largest size of the same aspect ratio within the box.
    static Size inside(Size picture, int width, int height) {
        double scale = Math.min(scale(picture.width(), width), scale(picture.height(), height));
        return scaled(picture, Math.min(1, scale));
    }

    private static Fit cover(Size picture, int width, int height, Anchor anchor) {
        if (width == 0 || height == 0) {
            return Fit.whole(inside(picture, width, height));
        }
        Size box = new Size(Math.min(width, picture.width()), Math.min(height, picture.height()));
        double scale = Math.max((double) box.width() / picture.width(), (double) box.height() / picture.height());
        Size scaled = scaled(picture, scale);
        Size filled = new Size(Math.max(scaled.width(), box.width()), Math.max(scaled.height(), box.height()));
        return new Fit(filled, box, anchor, Optional.empty());
    }

    private static Fit letterbox(Size picture, int width, int height) {
        Size inner = inside(picture, width, height);
        return width == 0 || height == 0
                ? Fit.whole(inner)
                : new Fit(inner, inner, Gravity.CENTER, Optional.of(new Size(width, height)));
    }

    private static double scale(int side, int limit) {
        return limit == 0 ? Double.POSITIVE_INFINITY : (double) limit / side;
    }

    private static Size scaled(Size picture, double scale) {
        return new Size(side(picture.width() * scale), side(picture.height() * scale));
    }

    private static int side(double exact) {
        return (int) Math.max(1, Math.round(exact));
    }

    /// Sizes after rotation.
    private record Fit(Size scaled, Size box, Anchor anchor, Optional<Size> canvas) {

        static Fit whole(Size size) {
            return new Fit(size, size, Gravity.CENTER, Optional.empty());
        }
    }
}
