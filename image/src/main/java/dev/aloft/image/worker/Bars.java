package dev.aloft.image.worker;

import dev.aloft.image.Rectangle;

/// Bars of one colour at the edges, such as a film frame on another screen has.
final class Bars {

    /// Tolerance from the colour of the upper left corner.
    private static final double MOST_APART = 20;

    private Bars() {}

    /// The area without bars; the whole picture if it has one colour only.
    ///
    /// @param picture decoded into memory
    static Rectangle around(Image picture) {
        Image seen = picture.hasAlpha() ? picture.operation("flatten").image() : picture;
        Image corner = seen.part(new Rectangle(0, 0, 1, 1));
        Image bar = corner.operation("replicate")
                .set("across", picture.width())
                .set("down", picture.height())
                .image();
        Image difference = picture.session()
                .operation("subtract")
                .set("left", seen)
                .set("right", bar)
                .image();
        return difference
                .operation("find_trim")
                .set("background", new double[] {0})
                .set("threshold", MOST_APART)
                .part()
                .orElseGet(() -> Rectangle.all(picture.size()));
    }
}
