package dev.aloft.image.worker;

import dev.aloft.image.Recipe;
import dev.aloft.image.Recipe.Filter;
import java.util.List;

/// Applies filters to the scaled, converted picture. Alpha is preserved.
record Filtering() implements Step {

    /// Standard deviations, in pixels of the answer.
    private static final double BLUR = 3;

    private static final double PLACEHOLDER = 1;

    /// Offsets that Photon adds to grey for sepia.
    private static final double[] SEPIA = {90, 60, 40};

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Image made = recipe.filters().isEmpty() ? image : image.inMemory();
        for (Filter filter : recipe.filters()) {
            made = filtered(made, filter);
        }
        return made;
    }

    private static Image filtered(Image image, Filter filter) {
        if (!image.hasAlpha()) {
            return opaque(image, filter);
        }
        int colours = image.bands() - 1;
        Image filtered = opaque(bands(image, 0, colours), filter);
        return image.session()
                .operation("bandjoin")
                .set("in", List.of(filtered, bands(image, colours, 1)))
                .image();
    }

    private static Image bands(Image image, int first, int count) {
        return image.operation("extract_band")
                .set("band", first)
                .set("n", count)
                .image();
    }

    private static Image opaque(Image image, Filter filter) {
        return switch (filter) {
            case NEGATE -> image.operation("invert").image();
            case GREY -> grey(image);
            case SEPIA ->
                grey(image)
                        .operation("linear")
                        .set("a", new double[] {1, 1, 1})
                        .set("b", SEPIA)
                        .set("uchar", true)
                        .image()
                        .operation("copy")
                        .set("interpretation", Image.SRGB)
                        .image();
            case BLUR -> blurred(image, BLUR);
            case PLACEHOLDER -> blurred(image, PLACEHOLDER);
        };
    }

    private static Image grey(Image image) {
        return image.operation("colourspace").set("space", Image.B_W).image();
    }

    private static Image blurred(Image image, double sigma) {
        return image.operation("gaussblur").set("sigma", sigma).image();
    }
}
