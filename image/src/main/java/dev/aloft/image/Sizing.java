package dev.aloft.image;

/// How large the answer is to be. In each box a side of 0 is free: it follows from the other. Nothing is ever enlarged.
public sealed interface Sizing {

    /// The same, so small that it only hints at the picture.
    ///
    /// @param side the longest side
    default Sizing hint(int side) {
        return switch (this) {
            case Cover(int width, int height, Anchor anchor)
            when width > 0 && height > 0 -> {
                double scale = Math.min(1, (double) side / Math.max(width, height));
                int wide = (int) Math.max(1, Math.round(width * scale));
                yield new Cover(wide, (int) Math.max(1, Math.round(height * scale)), anchor);
            }
            case Original _, Inside _, Cover _, Share _, Letterbox _ -> new Inside(side, side);
        };
    }

    /// The most pixels that are asked for, as far as the request tells: a free side is taken to be as long as the
    /// other.
    default long pixels() {
        return switch (this) {
            case Inside(int width, int height) -> box(width, height);
            case Cover(int width, int height, Anchor _) -> box(width, height);
            case Letterbox(int width, int height, Colour _) -> box(width, height);
            case Original _, Share _ -> Long.MAX_VALUE;
        };
    }

    private static long box(int width, int height) {
        int longest = Math.max(width, height);
        return longest == 0 ? Long.MAX_VALUE : (long) (width == 0 ? longest : width) * (height == 0 ? longest : height);
    }

    /// As large as it is.
    enum Original implements Sizing {
        ORIGINAL
    }

    /// The whole picture, in a box.
    record Inside(int width, int height) implements Sizing {}

    /// A box full of picture; what stands out is cut off.
    record Cover(int width, int height, Anchor anchor) implements Sizing {}

    /// Sides that are parts of the picture's own, or pixels; 0 is free.
    ///
    /// @param fills whether it is a box to fill; else one to fit into
    record Share(CropRegion.Measure width, CropRegion.Measure height, boolean fills) implements Sizing {}

    /// The whole picture in the middle of a box of just this size, with bars.
    record Letterbox(int width, int height, Colour bars) implements Sizing {}
}
