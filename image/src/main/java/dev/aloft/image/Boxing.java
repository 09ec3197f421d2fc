package dev.aloft.image;

/// Cuts what stands out of the box.
record Boxing() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, Plan plan) {
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
                        .set("interesting", interest.code())
                        .image();
        };
    }
}
