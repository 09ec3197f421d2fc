package dev.aloft.image.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Embedded ICC.1 colour profile.
///
/// @param bytes the whole profile
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record IccProfile(byte[] bytes) {

    /// Largest profile sent to clients. Screens and cameras have some hundred bytes, printing presses some hundred
    /// kilobytes.
    static final int MAX_KEPT_BYTES = 4096;

    private static final int COLOUR_SPACE_AT = 16;
    private static final int SIGNATURE_AT = 36;
    private static final int SIGNATURE = 0x61637370; // acsp
    private static final int TAGS_AT = 128;
    private static final int TAG_BYTES = 12;

    /// True if browsers show the same without it.
    boolean isSrgb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains("sRGB") || text.contains("s\0R\0G\0B");
    }

    /// True if pixels may keep this profile. Grey profiles may not: WebP and AVIF store colour, and browsers ignore or
    /// reject a grey profile there.
    boolean isFitForTheWeb() {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return bytes.length <= MAX_KEPT_BYTES && text.startsWith("RGB ", COLOUR_SPACE_AT) && isSound();
    }

    /// Checks size, signature and tag offsets (ICC.1, 7.2 and 7.3).
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
