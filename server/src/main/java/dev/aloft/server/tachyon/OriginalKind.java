package dev.aloft.server.tachyon;

import dev.aloft.image.Format;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The kind of picture according to a name's extension. The bytes decide on the decoder; they must match the kind for
/// which WordPress, and people, took the file.
enum OriginalKind {
    /// Pixels.
    BITMAP,
    /// SVG, which can contain scripts: by default WordPress accepts no uploads of it.
    DRAWING;

    private static final Set<String> BITMAPS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp",
            "ico");

    /// Empty if the extension is no picture's.
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
