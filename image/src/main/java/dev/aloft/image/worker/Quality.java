package dev.aloft.image.worker;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Recipe;

/// How much a lossy format may lose, from 1 to 100.
final class Quality {

    /// Of JPEG and WebP, where the query does not say.
    static final int DEFAULT = 82;

    /// Of AVIF, which looks like the same at a smaller number.
    static final int AVIF = 50;

    /// Of WebP that was WebP, strictly.
    private static final int STRICT_WEBP = 80;

    private Quality() {}

    static int of(Recipe recipe, Format original, Format output) {
        boolean strict = recipe.compatibility() == Compatibility.STRICT;
        if (strict && output == Format.AVIF) {
            return AVIF;
        }
        if (strict && output == Format.WEBP && recipe.wanted().isEmpty() && original == Format.WEBP) {
            return STRICT_WEBP;
        }
        int standard = output == Format.AVIF ? AVIF : DEFAULT;
        return recipe.quality().orElseGet(() -> zoomed(standard, recipe.zoom()));
    }

    /// A picture for a finer screen may lose more, as its pixels are smaller: Tachyon's curve, from `standard` down to
    /// its part by the zoom. Beyond a zoom of `standard` the logarithm turns its sign, and it is `standard` again.
    static int zoomed(int standard, double zoom) {
        double loss = Math.log(zoom) / Math.log(standard / zoom) * (standard * zoom);
        long lowest = Math.round(standard / zoom);
        return (int) Math.max(1, Math.min(Math.max(Math.round(standard - loss), lowest), standard));
    }
}
