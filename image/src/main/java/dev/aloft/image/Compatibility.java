package dev.aloft.image;

/// How a query is read where Tachyon v3 does what nobody can want. `docs/reference/tachyon.md` lists every difference.
public enum Compatibility {
    /// As people mean it.
    STANDARD,
    /// The same, with what Photon has besides: `strip`, `filter`, `crop=1` and sides in percent.
    PHOTON,
    /// As Tachyon v3 answers, unless it answers with an error.
    STRICT
}
