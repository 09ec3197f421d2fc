package dev.aloft.image.worker;

import dev.aloft.image.Size;
import java.util.ArrayList;
import java.util.List;

/// A decoded original for several answers: itself, half of it, a quarter and so on, each made when the first answer
/// needs it. An answer is made of the smallest that is still twice as large as it, so that the last step is always
/// Lanczos' and several small answers do not each read all pixels.
final class Pyramid {

    private static final double LEFT_TO_DO = 2;

    private final Size stored;
    private final boolean reducible;
    private final List<Image> levels = new ArrayList<>();

    /// @param stored the original's size
    /// @param several whether there is more than one answer, and the original is no film
    Pyramid(Image decoded, Size stored, boolean several) {
        this.stored = stored;
        this.reducible = several && !decoded.hasAlpha();
        levels.add(decoded);
    }

    /// The level that an answer is best made of.
    Image level(RenderPlan plan) {
        double reduction = plan.reduction() * levels.getFirst().width() / stored.width();
        int level = 0;
        while (reducible && reduction >= 2 * LEFT_TO_DO && isDivisible(level(level))) {
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
