package dev.aloft.image.worker;

import dev.aloft.image.Anchor.FocalPoint;
import dev.aloft.image.Anchor.Gravity;
import dev.aloft.image.Anchor.Interest;
import dev.aloft.image.Recipe;
import dev.aloft.image.Size;

/// Crops the scaled picture to its box.
record FinalCrop() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Size box = plan.box();
        if (image.size().equals(box)) {
            return image;
        }
        return switch (plan.anchor()) {
            case Gravity gravity -> image.part(gravity.place(image.size(), box));
            case FocalPoint point -> image.part(point.place(image.size(), box));
            case Interest interest ->
                image.session()
                        .operation("smartcrop")
                        .set("input", image.inMemory())
                        .set("width", box.width())
                        .set("height", box.height())
                        .set("interesting", interesting(interest))
                        .image();
        };
    }

    /// `VipsInteresting`.
    private static int interesting(Interest interest) {
        return switch (interest) {
            case ENTROPY -> 2;
            case ATTENTION -> 3;
        };
    }
}
