package dev.aloft.image.worker;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Recipe;

/// Quality of lossy formats, 1 to 100.
final class Quality {

    /// Default of JPEG and WebP.
    static final int DEFAULT = 82;

    /// Default of AVIF; it looks like [#DEFAULT] of JPEG.
    static final int AVIF = 50;

    /// Strict mode: WebP from WebP.
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

    /// Reduces quality for high-density screens by Tachyon's curve, between `standard` and `standard / zoom`. Beyond a
    /// zoom of `standard` the logarithm changes sign, and the result is `standard`.
    static int zoomed(int standard, double zoom) {
        double loss = Math.log(zoom) / Math.log(standard / zoom) * (standard * zoom);
        long lowest = Math.round(standard / zoom);
        return (int) Math.max(1, Math.min(Math.max(Math.round(standard - loss), lowest), standard));
    }
}
