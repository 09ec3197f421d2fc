package dev.aloft.image;

import java.util.Locale;
import java.util.Optional;

/// Compass position of the box.
public enum Gravity implements Anchor {
    CENTER(0, 0),
    NORTH(0, -1),
    NORTHEAST(1, -1),
    EAST(1, 0),
    SOUTHEAST(1, 1),
    SOUTH(0, 1),
    SOUTHWEST(-1, 1),
    WEST(-1, 0),
    NORTHWEST(-1, -1);

    private final int x;
    private final int y;

    Gravity(int x, int y) {
        this.x = x;
        this.y = y;
    }

    /// Parses a lower-case name.
    static Optional<Gravity> named(String name) {
        for (Gravity gravity : values()) {
            if (gravity.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(gravity);
            }
        }
        return Optional.empty();
    }

    /// Position of a box within a picture that contains it. Rounds the centre up, as sharp does.
    public Rectangle place(Size picture, Size box) {
        return new Rectangle(
                place(x, picture.width() - box.width()),
                place(y, picture.height() - box.height()),
                box.width(),
                box.height());
    }

    private static int place(int side, int room) {
        return switch (side) {
            case -1 -> 0;
            case 0 -> (room + 1) / 2;
            default -> room;
        };
    }
}
