package dev.aloft.image.worker;

import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;

/// How a camera was held, as EXIF says it (tag 0x0112): what has to be done to the stored pixels so that up is up.
enum Orientation {
    UPRIGHT(false),
    MIRRORED(false),
    UPSIDE_DOWN(false),
    MIRRORED_UPSIDE_DOWN(false),
    MIRRORED_LEFT(true),
    LEFT(true),
    MIRRORED_RIGHT(true),
    RIGHT(true);

    private final boolean turnsSides;

    Orientation(boolean turnsSides) {
        this.turnsSides = turnsSides;
    }

    /// From EXIF's number, 1 to 8; any other is upright.
    static Orientation of(int exif) {
        return exif >= 1 && exif <= values().length ? values()[exif - 1] : UPRIGHT;
    }

    /// Whether width and height change places.
    boolean turnsSides() {
        return turnsSides;
    }

    /// The size of a stored picture when it is upright.
    Size upright(Size stored) {
        return turnsSides() ? stored.turned() : stored;
    }

    /// Where a part of the upright picture lies in the stored one.
    ///
    /// @param upright the size of the whole upright picture
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
