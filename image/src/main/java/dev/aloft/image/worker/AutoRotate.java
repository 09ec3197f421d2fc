package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// Rotates to upright orientation, after scaling, where fewer pixels move.
record AutoRotate() implements Step {

    static final String ORIENTATION = "orientation";

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        return plan.orientation() == Orientation.UPRIGHT
                ? image
                : image.inMemory().operation("autorot").image();
    }
}
