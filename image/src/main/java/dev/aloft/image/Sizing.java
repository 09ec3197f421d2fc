package dev.aloft.image;

import java.util.OptionalInt;

/// Requested size. A side of 0 is derived from the other. Only [Exact] enlarges.
public sealed interface Sizing {

    /// Shrinks the request to a placeholder of the same shape.
    ///
    /// @param side longest side
    default Sizing hint(int side) {
        return switch (this) {
            case Cover(int width, int height, Anchor anchor)
            when width > 0 && height > 0 -> {
                double scale = Math.min(1, (double) side / Math.max(width, height));
                int wide = (int) Math.max(1, Math.round(width * scale));
                yield new Cover(wide, (int) Math.max(1, Math.round(height * scale)), anchor);
            }
            case Original _, Inside _, Cover _, Share _, Letterbox _, Exact _, Header _ -> new Inside(side, side);
        };
    }

    /// Upper bound of requested pixels, as far as the request tells; a free side counts as long as the other.
    default long pixels() {
        return switch (this) {
            case Inside(int width, int height) -> box(width, height);
            case Cover(int width, int height, Anchor _) -> box(width, height);
            case Letterbox(int width, int height, Colour _) -> box(width, height);
            case Exact(int width, int height, OptionalInt _) -> box(width, height);
            case Header _ -> 1;
            case Original _, Share _ -> Long.MAX_VALUE;
        };
    }

    private static long box(int width, int height) {
        int longest = Math.max(width, height);
        return longest == 0 ? Long.MAX_VALUE : (long) (width == 0 ? longest : width) * (height == 0 ? longest : height);
    }

    /// Size of the original.
    enum Original implements Sizing {
        ORIGINAL
    }

    /// Header of the original alone: format, stored size and frames. Nothing is decoded, and the rendition has no
    /// bytes.
    enum Header implements Sizing {
        HEADER
    }

    /// Exactly these sides, both at least 1; may enlarge and distort.
    ///
    /// @param orientation EXIF's number of the orientation to rotate from, 1 to 8, whatever the original says;
    ///     empty for pixels as stored, with the original's orientation in the metadata
    record Exact(int width, int height, OptionalInt orientation) implements Sizing {}

    /// The whole picture within a box.
    record Inside(int width, int height) implements Sizing {}

    /// A filled box; the excess is cropped.
    record Cover(int width, int height, Anchor anchor) implements Sizing {}

    /// Sides relative to the original, or in pixels; 0 is free.
    ///
    /// @param fills true for a box to fill, false for one to fit into
    record Share(Recipe.CropRegion.Measure width, Recipe.CropRegion.Measure height, boolean fills) implements Sizing {}

    /// The whole picture centred in a box of exactly this size, with bars.
    record Letterbox(int width, int height, Colour bars) implements Sizing {}
}
