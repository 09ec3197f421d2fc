package dev.aloft.image;

/// The box goes where the picture is most interesting, which libvips decides from the pixels.
public enum Interest implements Anchor {
    /// Where there is most detail.
    ENTROPY(2),
    /// Where edges, skin and strong colours draw the eye.
    ATTENTION(3);

    private final int code;

    Interest(int code) {
        this.code = code;
    }

    /// The `VipsInteresting` of libvips.
    int code() {
        return code;
    }
}
