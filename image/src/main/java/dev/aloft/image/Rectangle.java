package dev.aloft.image;

/// A part of a picture, in its pixels, from the upper left corner.
public record Rectangle(int left, int top, int width, int height) {

    public Rectangle {
        if (left < 0 || top < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "not a part of a picture: " + width + "x" + height + " at " + left + "," + top);
        }
    }

    public static Rectangle all(Size picture) {
        return new Rectangle(0, 0, picture.width(), picture.height());
    }

    public Size size() {
        return new Size(width, height);
    }

    /// The same part of the same picture after its load in another size, in whole pixels, never empty.
    public Rectangle scaled(Size from, Size to) {
        int newLeft = scale(left, from.width(), to.width() - 1);
        int newTop = scale(top, from.height(), to.height() - 1);
        int right = scale(left + width, from.width(), to.width());
        int bottom = scale(top + height, from.height(), to.height());
        return new Rectangle(newLeft, newTop, Math.max(1, right - newLeft), Math.max(1, bottom - newTop));
    }

    /// `from` maps to `to`, which is at most one more than the largest answer.
    private static int scale(int value, int from, int to) {
        return (int) Math.min(to, Math.round((double) value * to / from));
    }
}
