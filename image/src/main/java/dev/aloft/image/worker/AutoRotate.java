package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// Rotates to upright orientation, after scaling, where fewer pixels move.
record AutoRotate() implements Step {

    static final String ORIENTATION = "orientation";

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        if (plan.orientation() == Orientation.UPRIGHT) {
            return image;
        }
        Image stored = image.inMemory().withOwnFields();
        stored.setNumber(ORIENTATION, plan.orientation().exif());
        return stored.operation("autorot").image();
    }
}
