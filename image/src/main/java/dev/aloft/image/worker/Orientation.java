package dev.aloft.image.worker;

import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;

/// EXIF orientation (tag 0x0112): the transformation from stored to upright pixels.
enum Orientation {
    UPRIGHT(1, false),
    MIRRORED(2, false),
    UPSIDE_DOWN(3, false),
    MIRRORED_UPSIDE_DOWN(4, false),
    MIRRORED_LEFT(5, true),
    LEFT(6, true),
    MIRRORED_RIGHT(7, true),
    RIGHT(8, true);

    private final int exif;
    private final boolean turnsSides;

    Orientation(int exif, boolean turnsSides) {
        this.exif = exif;
        this.turnsSides = turnsSides;
    }

    /// Parses EXIF's number, 1 to 8; any other is upright.
    static Orientation of(int exif) {
        return exif >= 1 && exif <= values().length ? values()[exif - 1] : UPRIGHT;
    }

    /// EXIF's number.
    int exif() {
        return exif;
    }

    /// True if width and height swap.
    boolean turnsSides() {
        return turnsSides;
    }

    /// Upright size of a stored picture.
    Size upright(Size stored) {
        return turnsSides() ? stored.turned() : stored;
    }

    /// Maps a region of the upright picture to the stored one.
    ///
    /// @param upright size of the upright picture
    Rectangle stored(Rectangle part, Size upright) {
        int fromRight = upright.width() - part.left() - part.width();
        int fromBottom = upright.height() - part.top() - part.height();
        int width = part.width();
        int height = part.height();
        return switch (this) {
            case UPRIGHT -> part;
            case MIRRORED -> new Rectangle(fromRight, part.top(), width, height);
            case UPSIDE_DOWN -> new Rectangle(fromRight, fromBottom, width, height);
            case MIRRORED_UPSIDE_DOWN -> new Rectangle(part.left(), fromBottom, width, height);
            case MIRRORED_LEFT -> new Rectangle(part.top(), part.left(), height, width);
            case LEFT -> new Rectangle(part.top(), fromRight, height, width);
            case MIRRORED_RIGHT -> new Rectangle(fromBottom, fromRight, height, width);
            case RIGHT -> new Rectangle(fromBottom, part.left(), height, width);
        };
    }
}
