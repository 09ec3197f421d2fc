package dev.aloft.image;

/// Anchor computed from the pixels.
public enum Interest implements Anchor {
    /// The region of highest entropy.
    ENTROPY,
    /// The region whose edges, skin tones and saturated colours draw the eye.
    ATTENTION
}
