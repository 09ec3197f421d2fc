package dev.aloft.image;

import java.nio.charset.StandardCharsets;

/// What an embedded colour profile (ICC.1) says of itself.
///
/// @param bytes of the whole profile
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record IccProfile(byte[] bytes) {

    /// Profiles of screens and cameras have some hundred bytes; those of printing presses do not go out to the web.
    static final int MAX_KEPT_BYTES = 4096;

    private static final int COLOUR_SPACE_AT = 16;

    /// Whether browsers show the same without it.
    boolean isSrgb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains("sRGB") || text.contains("s\0R\0G\0B");
    }

    /// Whether its pixels may go out as they are, with it.
    boolean isFitForTheWeb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return bytes.length <= MAX_KEPT_BYTES
                && (text.startsWith("RGB ", COLOUR_SPACE_AT) || text.startsWith("GRAY", COLOUR_SPACE_AT));
    }
}
