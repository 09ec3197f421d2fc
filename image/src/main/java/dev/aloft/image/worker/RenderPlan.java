package dev.aloft.image.worker;

import dev.aloft.image.Anchor;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Anchor.Interest;
import dev.aloft.image.Rectangle;
import dev.aloft.image.Size;
import java.util.Optional;

/// Geometry of one rendition: crop, scale, rotate, crop to the box, letterbox.
///
/// @param stored size of the original as stored
/// @param cut region of the stored original
/// @param scaled size of that region after scaling, before rotation
/// @param orientation rotation after scaling
/// @param box size after the final crop; at most the scaled size
/// @param anchor position of the box
/// @param canvas size of the rendition with bars, if any
record RenderPlan(
        Size stored,
        Rectangle cut,
        Size scaled,
        Orientation orientation,
        Size box,
        Anchor anchor,
        Optional<Size> canvas) {

    /// Size of the rendition.
    Size answer() {
        return canvas.orElse(box);
    }

    /// Shrink factor of the decoder: 8, 4, 2 or 1.
    ///
    /// @param left smallest reduction that remains for scaling, at least 1: the more, the better the picture
    int shrink(int left) {
        for (int factor = 8; factor > 1; factor /= 2) {
            long whole = (long) left * factor;
            if (cut.width() >= whole * scaled.width() && cut.height() >= whole * scaled.height()) {
                return factor;
            }
        }
        return 1;
    }

    /// Translates a plan for a part of the stored original to the whole original.
    RenderPlan within(Size whole, Rectangle part) {
        Rectangle moved = new Rectangle(part.left() + cut.left(), part.top() + cut.top(), cut.width(), cut.height());
        return new RenderPlan(whole, moved, scaled, orientation, box, anchor, canvas);
    }

    /// Plan for every frame of a film, whose crop must not move.
    RenderPlan steady() {
        return anchor instanceof Interest
                ? new RenderPlan(stored, cut, scaled, orientation, box, Gravity.CENTER, canvas)
                : this;
    }

    /// Smallest linear reduction.
    double reduction() {
        return Math.min((double) cut.width() / scaled.width(), (double) cut.height() / scaled.height());
    }
}
