package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// Keeps the part of the original that is used, also where the decoder has already shrunk it.
record PreCrop() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        return image.part(plan.cut().scaled(plan.stored(), image.size()));
    }
}
