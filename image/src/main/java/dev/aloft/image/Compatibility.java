package dev.aloft.image;

/// Language of a query: Tachyon v3's, with its surprises or without, or the image editor's.
/// `docs/reference/tachyon.md` lists every difference from Tachyon.
public enum Compatibility {
    /// Reads queries as intended. The default.
    STANDARD,
    /// [#STANDARD] plus Photon's `strip`, `filter`, `crop=1` and sides in percent.
    PHOTON,
    /// Answers like Tachyon v3, wherever that is not an error.
    STRICT,
    /// Requests of WordPress's image editor, never of a URL: see [RecipeParser].
    EDITOR
}
