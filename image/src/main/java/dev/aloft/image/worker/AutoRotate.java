package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// Turns the picture so that up is up, after the scaling: then there is little to turn.
record AutoRotate() implements Step {

    static final String ORIENTATION = "orientation";

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        return plan.orientation() == Orientation.UPRIGHT
                ? image
                : image.inMemory().operation("autorot").image();
    }
}
