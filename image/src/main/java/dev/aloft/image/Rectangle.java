package dev.aloft.image;

/// Region of a picture, in pixels from the upper left corner.
public record Rectangle(int left, int top, int width, int height) {

    /// @throws IllegalArgumentException for a negative corner or an empty region
    public Rectangle {
        if (left < 0 || top < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "not a part of a picture: " + width + "x" + height + " at " + left + "," + top);
        }
    }

    /// Whole picture: the corner is 0, 0.
    public static Rectangle all(Size picture) {
        return new Rectangle(0, 0, picture.width(), picture.height());
    }

    /// Width and height without the corner.
    public Size size() {
        return new Size(width, height);
    }

    /// The same region after the picture was loaded in another size; whole pixels, never empty.
    public Rectangle scaled(Size from, Size to) {
        int newLeft = scale(left, from.width(), to.width() - 1);
        int newTop = scale(top, from.height(), to.height() - 1);
        int right = scale(left + width, from.width(), to.width());
        int bottom = scale(top + height, from.height(), to.height());
        return new Rectangle(newLeft, newTop, Math.max(1, right - newLeft), Math.max(1, bottom - newTop));
    }

    /// Maps `from` to `to`; the result is at most one more than the largest answer.
    private static int scale(int value, int from, int to) {
        return (int) Math.min(to, Math.round((double) value * to / from));
    }
}
