package dev.aloft.image.worker;

import dev.aloft.image.Size;
import java.util.ArrayList;
import java.util.List;

/// Mipmap of a decoded original for several renditions: full size, half, quarter and so on, each computed on first
/// use. A rendition starts from the smallest level that leaves Lanczos as much as the decoder leaves it for a rendition
/// made alone, so small renditions do not each read all pixels.
final class Pyramid {

    private final Size stored;
    private final boolean reducible;
    private final int left;
    private final List<Image> levels = new ArrayList<>();

    /// @param stored size of the original
    /// @param several true for more than one rendition of a still
    /// @param left see [RenderPlan#shrink]
    Pyramid(Image decoded, Size stored, boolean several, int left) {
        this.stored = stored;
        this.left = left;
        this.reducible = several && !decoded.hasAlpha();
        levels.add(decoded);
    }

    /// Level to start a rendition from.
    Image level(RenderPlan plan) {
        double reduction = plan.reduction() * levels.getFirst().width() / stored.width();
        int level = 0;
        while (reducible && reduction >= 2 * left && isDivisible(level(level))) {
            reduction /= 2;
            level++;
        }
        return level(level);
    }

    private static boolean isDivisible(Image image) {
        return image.width() >= 2 && image.height() >= 2;
    }

    private Image level(int index) {
        while (levels.size() <= index) {
            levels.add(levels.getLast()
                    .operation("shrink")
                    .set("hshrink", 2.0)
                    .set("vshrink", 2.0)
                    .image()
                    .inMemory());
        }
        return levels.get(index);
    }
}
