package dev.aloft.image;

/// Desired centre of the box, as far as the borders allow.
///
/// @param x from 0 at the left to 1 at the right
/// @param y from 0 at the top to 1 at the bottom
public record FocalPoint(double x, double y) implements Anchor {

    /// @throws IllegalArgumentException for a point outside the picture, or NaN
    public FocalPoint {
        if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
            throw new IllegalArgumentException("a focal point lies within the picture, not at " + x + "," + y);
        }
    }

    /// Region of the box's size whose centre is nearest to the point, inside the picture.
    ///
    /// @param box no larger than the picture on either side
    public Rectangle place(Size picture, Size box) {
        return new Rectangle(
                place(x, picture.width(), box.width()),
                place(y, picture.height(), box.height()),
                box.width(),
                box.height());
    }

    private static int place(double point, int picture, int box) {
        return Math.clamp(Math.round(point * picture - box / 2.0), 0, picture - box);
    }
}
