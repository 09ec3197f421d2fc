package dev.aloft.image.worker;

import dev.aloft.image.Recipe;
import dev.aloft.image.Size;

/// Resizes with Lanczos' filter. Alpha is premultiplied into integers, so transparent pixels do not bleed.
record Scaling() implements Step {

    /// `VIPS_FORMAT_UCHAR` and `VIPS_FORMAT_USHORT`.
    private static final int BYTES = 0;

    private static final int SHORTS = 2;

    /// `VIPS_OPERATION_ROUND_RINT`.
    private static final int NEAREST = 0;

    @Override
    public Image apply(Image image, Recipe recipe, RenderPlan plan) {
        Size size = plan.scaled();
        if (image.size().equals(size)) {
            return image;
        }
        if (!image.hasAlpha()) {
            return resized(image, size);
        }
        int format = image.hasBytes() ? BYTES : SHORTS;
        Image premultiplied = cast(image.operation("premultiply").image(), format);
        Image scaled = resized(premultiplied, size).operation("unpremultiply").image();
        return cast(scaled.operation("round").set("round", NEAREST).image(), format);
    }

    private static Image cast(Image image, int format) {
        return image.operation("cast").set("format", format).image();
    }

    private static Image resized(Image image, Size size) {
        return image.operation("resize")
                .set("scale", (double) size.width() / image.width())
                .set("vscale", (double) size.height() / image.height())
                .image();
    }
}
