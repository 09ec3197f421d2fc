package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// Crops to the requested region, scaled to what the decoder has already shrunk.
record PreCrop() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        return image.part(plan.cut().scaled(plan.stored(), image.size()));
    }
}
