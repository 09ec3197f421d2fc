package dev.aloft.image.worker;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Recipe;

/// Encodes a picture. Settings were chosen by measurement, see
/// `docs/decisions/0008-pictures-in-a-process-of-their-own.md`.
final class Encoding {

    /// `VIPS_FOREIGN_HEIF_COMPRESSION_AV1`.
    static final int AV1 = 4;

    /// `VIPS_FOREIGN_TIFF_COMPRESSION_JPEG`.
    private static final int TIFF_JPEG = 1;

    /// `VIPS_FOREIGN_SUBSAMPLE_ON` and `_OFF`: colours in half and in full resolution.
    private static final int HALF_COLOURS = 1;

    private static final int FULL_COLOURS = 2;

    /// `VIPS_FOREIGN_SUBSAMPLE_AUTO`: in half below a quality of 90.
    private static final int COLOURS_BY_QUALITY = 0;

    /// `VIPS_FOREIGN_PNG_FILTER_ALL`: the best filter for each row.
    private static final int ALL_FILTERS = 0xf8;

    private static final int MAX_QUALITY = 100;

    private static final double[] WHITE = {255};

    private Encoding() {}

    /// @param keep writes the metadata of the image
    static byte[] bytes(Image image, Format format, Recipe recipe, int quality, boolean keep) {
        Operation save = image.operation(saver(format)).set("strip", !keep);
        switch (format) {
            case JPEG ->
                save.set("Q", quality)
                        .set("background", WHITE) // behind what was transparent
                        .set("optimize-coding", true)
                        .set("interlace", recipe.progressive())
                        .set("subsample-mode", isStored(recipe) ? COLOURS_BY_QUALITY : HALF_COLOURS);
            case PNG -> {
                if (isStored(recipe) && !hasPalette(image)) {
                    save.set("filter", ALL_FILTERS).set("compression", 6);
                } else {
                    save.set("palette", true).set("effort", 1).set("compression", 9);
                }
            }
            case WEBP ->
                save.set("Q", quality).set("effort", 2).set("lossless", isStored(recipe) && quality == MAX_QUALITY);
            case GIF -> save.set("effort", 3).set("reuse", true); // one palette, the original's
            case AVIF ->
                save.set("Q", quality)
                        .set("compression", AV1)
                        .set("effort", 1)
                        .set("subsample-mode", quality < 90 ? HALF_COLOURS : FULL_COLOURS);
            case TIFF -> save.set("Q", quality).set("compression", TIFF_JPEG);
            case HEIC, SVG -> throw new IllegalArgumentException(format + " is read only");
        }
        return save.bytes();
    }

    /// True for pictures that replace their original, which therefore lose no more than WordPress's own would.
    private static boolean isStored(Recipe recipe) {
        return recipe.compatibility() == Compatibility.EDITOR;
    }

    /// True for a picture from a PNG with a palette, not from a GIF, whose frames differ. libvips renamed the field in
    /// 8.15.
    private static boolean hasPalette(Image image) {
        return !image.fields().contains("gif-palette")
                && (image.number("palette-bit-depth").isPresent()
                        || image.number("palette").orElse(0) != 0);
    }

    static String saver(Format format) {
        return switch (format) {
            case JPEG -> "jpegsave_buffer";
            case PNG -> "pngsave_buffer";
            case WEBP -> "webpsave_buffer";
            case GIF -> "gifsave_buffer";
            case AVIF, HEIC -> "heifsave_buffer";
            case TIFF -> "tiffsave_buffer";
            case SVG -> "none";
        };
    }
}
