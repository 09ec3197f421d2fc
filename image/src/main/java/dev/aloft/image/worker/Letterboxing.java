package dev.aloft.image.worker;

import dev.aloft.image.Colour;
import dev.aloft.image.Recipe;
import dev.aloft.image.Size;
import dev.aloft.image.Sizing;
import java.util.Optional;

/// Centres the picture on a canvas of one colour.
record Letterboxing() implements Step {

    /// `VIPS_EXTEND_BACKGROUND`.
    private static final int BACKGROUND = 5;

    private static final double OPAQUE = 255;

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Optional<Size> canvas = plan.canvas();
        if (canvas.isEmpty() || !(recipe.sizing() instanceof Sizing.Letterbox(int _, int _, Colour bars))) {
            return image;
        }
        Image coloured = image.bands() < 3
                ? image.operation("colourspace").set("space", Image.SRGB).image()
                : image;
        return coloured.operation("embed")
                .set("x", (canvas.get().width() - image.width()) / 2)
                .set("y", (canvas.get().height() - image.height()) / 2)
                .set("width", canvas.get().width())
                .set("height", canvas.get().height())
                .set("extend", BACKGROUND)
                .set("background", pixel(bars, coloured.bands()))
                .image();
    }

    private static double[] pixel(Colour colour, int bands) {
        return bands == 3
                ? new double[] {colour.red(), colour.green(), colour.blue()}
                : new double[] {colour.red(), colour.green(), colour.blue(), OPAQUE};
    }
}
