package dev.aloft.image;

/// Keeps the part of the original that is used, also where the decoder has already shrunk it.
record Cutting() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, Plan plan) {
        return image.part(plan.cut().scaled(plan.stored(), image.size()));
    }
}
