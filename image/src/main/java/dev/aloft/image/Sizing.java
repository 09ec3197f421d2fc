package dev.aloft.image;

/// How large the answer is to be. In each box a side of 0 is free: it follows from the other. Nothing is ever enlarged.
public sealed interface Sizing {

    /// As large as it is.
    enum Original implements Sizing {
        ORIGINAL
    }

    /// The whole picture, in a box.
    record Inside(int width, int height) implements Sizing {}

    /// A box full of picture; what stands out is cut off.
    record Cover(int width, int height, Anchor anchor) implements Sizing {}

    /// The whole picture in the middle of a box of just this size, with bars.
    record Letterbox(int width, int height, Colour bars) implements Sizing {}
}
