package dev.aloft.image;

import java.util.Locale;
import java.util.Optional;

/// Position of the box within a picture that is cropped to it.
public sealed interface Anchor {

    /// Compass position of the box.
    enum Gravity implements Anchor {
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

    /// Desired centre of the box, as far as the borders allow.
    ///
    /// @param x from 0 at the left to 1 at the right
    /// @param y from 0 at the top to 1 at the bottom
    record FocalPoint(double x, double y) implements Anchor {

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

    /// Anchor computed from the pixels.
    enum Interest implements Anchor {
        /// The region of highest entropy.
        ENTROPY,
        /// The region whose edges, skin tones and saturated colours draw the eye.
        ATTENTION
    }
}
