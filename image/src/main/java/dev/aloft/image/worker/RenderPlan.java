package dev.aloft.image.worker;

import dev.aloft.image.Anchor;
import dev.aloft.image.Gravity;
import dev.aloft.image.Interest;
import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;
import java.util.Optional;

/// What becomes of one picture, in numbers: cut, scale, turn, cut to the box, put on a canvas.
///
/// @param stored the original as it is stored
/// @param cut the part of the stored original that is used
/// @param scaled the size that part gets, still as it is stored
/// @param orientation how it is turned then
/// @param box the size it is cut to then; not larger than it
/// @param anchor what stays in the box
/// @param canvas the size of the whole answer where bars are added
record RenderPlan(
        Size stored,
        Rectangle cut,
        Size scaled,
        Orientation orientation,
        Size box,
        Anchor anchor,
        Optional<Size> canvas) {

    /// The size of the answer.
    Size answer() {
        return canvas.orElse(box);
    }

    /// By how much a decoder may shrink the original in its place: 8, 4, 2 or 1, so that what is left to do never
    /// enlarges.
    int shrink() {
        for (int factor = 8; factor > 1; factor /= 2) {
            if (cut.width() >= (long) factor * scaled.width() && cut.height() >= (long) factor * scaled.height()) {
                return factor;
            }
        }
        return 1;
    }

    /// The same of a picture that was planned for as if a part of the stored original were all of it.
    RenderPlan within(Size whole, Rectangle part) {
        Rectangle moved = new Rectangle(part.left() + cut.left(), part.top() + cut.top(), cut.width(), cut.height());
        return new RenderPlan(whole, moved, scaled, orientation, box, anchor, canvas);
    }

    /// The same for every frame of a film, which must not jump.
    RenderPlan steady() {
        return anchor instanceof Interest
                ? new RenderPlan(stored, cut, scaled, orientation, box, Gravity.CENTER, canvas)
                : this;
    }

    /// By how much the picture becomes smaller, at least.
    double reduction() {
        return Math.min((double) cut.width() / scaled.width(), (double) cut.height() / scaled.height());
    }
}
