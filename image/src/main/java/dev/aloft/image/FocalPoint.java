package dev.aloft.image;

/// The point that the box is to have at its middle, as far as the picture's borders allow.
///
/// @param x 0 is the left border, 1 the right one
/// @param y 0 is the upper border, 1 the lower one
public record FocalPoint(double x, double y) implements Anchor {

    public FocalPoint {
        if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
            throw new IllegalArgumentException("a focal point lies within the picture, not at " + x + "," + y);
        }
    }

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
