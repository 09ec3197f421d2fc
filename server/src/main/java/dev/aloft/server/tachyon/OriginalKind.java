package dev.aloft.server.tachyon;

import dev.aloft.image.Format;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The kind of picture that a name promises by its extension. Which decoder reads an original is found by its bytes;
/// here it is held to the kind that WordPress, and people, took the file for.
enum OriginalKind {
    /// Pixels.
    BITMAP,
    /// SVG, a program that draws: WordPress does not take it from everybody.
    DRAWING;

    private static final Set<String> BITMAPS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp",
            "ico");

    /// Nothing where the name is no picture's.
    static Optional<OriginalKind> of(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (BITMAPS.contains(extension)) {
            return Optional.of(BITMAP);
        }
        return extension.equals("svg") ? Optional.of(DRAWING) : Optional.empty();
    }

    boolean holds(Format format) {
        return (this == DRAWING) == (format == Format.SVG);
    }
}
