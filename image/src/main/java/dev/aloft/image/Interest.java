package dev.aloft.image;

/// The box goes where the picture is most interesting, as its pixels tell.
public enum Interest implements Anchor {
    /// Where there is most detail.
    ENTROPY,
    /// Where edges, skin and strong colours draw the eye.
    ATTENTION
}
