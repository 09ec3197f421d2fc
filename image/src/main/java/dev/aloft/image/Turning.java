package dev.aloft.image;

/// Turns the picture so that up is up, after the scaling: then there is little to turn.
record Turning() implements Step {

    static final String ORIENTATION = "orientation";

    @Override
    public Image apply(Image image, Recipe recipe, Plan plan) {
        return plan.orientation() == Orientation.UPRIGHT
                ? image
                : image.inMemory().operation("autorot").image();
    }
}
