package dev.aloft.image.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What an embedded colour profile (ICC.1) says of itself.
///
/// @param bytes of the whole profile
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record IccProfile(byte[] bytes) {

    /// Profiles of screens and cameras have some hundred bytes; those of printing presses do not go out to the web.
    static final int MAX_KEPT_BYTES = 4096;

    private static final int COLOUR_SPACE_AT = 16;
    private static final int SIGNATURE_AT = 36;
    private static final int SIGNATURE = 0x61637370; // acsp
    private static final int TAGS_AT = 128;
    private static final int TAG_BYTES = 12;

    /// Whether browsers show the same without it.
    boolean isSrgb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains("sRGB") || text.contains("s\0R\0G\0B");
    }

    /// Whether its pixels may go out as they are, with it. A profile of greys may not: WebP and AVIF have colours, to
    /// which it does not belong; browsers ignore it there, or refuse the picture.
    boolean isFitForTheWeb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return bytes.length <= MAX_KEPT_BYTES && text.startsWith("RGB ", COLOUR_SPACE_AT) && isSound();
    }

    /// Whether it is whole: its size, its signature and where its tags lie (ICC.1, 7.2 and 7.3).
    private boolean isSound() {
        ByteBuffer profile = ByteBuffer.wrap(bytes);
        if (bytes.length < TAGS_AT + Integer.BYTES
                || profile.getInt(0) != bytes.length
                || profile.getInt(SIGNATURE_AT) != SIGNATURE) {
            return false;
        }
        long tags = Integer.toUnsignedLong(profile.getInt(TAGS_AT));
        if (tags < 1 || TAGS_AT + Integer.BYTES + tags * TAG_BYTES > bytes.length) {
            return false;
        }
        for (int tag = 0; tag < tags; tag++) {
            int at = TAGS_AT + Integer.BYTES + tag * TAG_BYTES + Integer.BYTES;
            long start = Integer.toUnsignedLong(profile.getInt(at));
            long length = Integer.toUnsignedLong(profile.getInt(at + Integer.BYTES));
            if (start + length > bytes.length) {
                return false;
            }
        }
        return true;
    }
}
