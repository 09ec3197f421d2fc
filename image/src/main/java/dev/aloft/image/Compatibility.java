package dev.aloft.image;

/// Reading of queries where Tachyon v3 is surprising. `docs/reference/tachyon.md` lists every difference.
public enum Compatibility {
    /// Reads queries as intended. The default.
    STANDARD,
    /// [#STANDARD] plus Photon's `strip`, `filter`, `crop=1` and sides in percent.
    PHOTON,
    /// Answers like Tachyon v3, wherever that is not an error.
    STRICT
}
