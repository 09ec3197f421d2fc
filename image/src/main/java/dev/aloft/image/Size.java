package dev.aloft.image;

/// Width and height in pixels, each at least 1.
public record Size(int width, int height) {

    /// @throws IllegalArgumentException for a side below 1
    public Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("not a size: " + width + "x" + height);
        }
    }

    /// The same picture lying on its side.
    public Size turned() {
        return new Size(/* width= */ height, /* height= */ width);
    }

    /// Area of one frame; exact, where the product of two `int` would overflow.
    public long pixels() {
        return (long) width * height;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
