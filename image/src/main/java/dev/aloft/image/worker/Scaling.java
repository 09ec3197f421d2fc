package dev.aloft.image.worker;

import dev.aloft.image.Recipe;
import dev.aloft.image.Size;

/// Resizes with Lanczos' filter. Alpha is premultiplied, so transparent pixels do not bleed.
record Scaling() implements Step {

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Size size = plan.scaled();
        if (image.size().equals(size)) {
            return image;
        }
        if (!image.hasAlpha()) {
            return resized(image, size);
        }
        Image scaled = resized(image.operation("premultiply").image(), size)
                .operation("unpremultiply")
                .image();
        return image.hasBytes()
                ? scaled.operation("cast").set("format", 0).image()
                : scaled.operation("cast").set("format", 2).image();
    }

    private static Image resized(Image image, Size size) {
        return image.operation("resize")
                .set("scale", (double) size.width() / image.width())
                .set("vscale", (double) size.height() / image.height())
                .image();
    }
}
