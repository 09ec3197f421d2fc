package dev.aloft.image.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Author and copyright of an IPTC record (IIM 4.2), alone or within Photoshop's resources, as a JPEG has it.
///
/// @param bytes untrusted
@SuppressWarnings("ArrayRecordComponent") // never compared
record Iptc(byte[] bytes) {

    private static final byte MARKER = 0x1c;
    private static final byte APPLICATION_RECORD = 2;
    private static final byte BYLINE = 80;
    private static final byte COPYRIGHT_NOTICE = 116;
    private static final int HEADER_BYTES = 5;
    private static final int MAX_TEXT_BYTES = 1024;

    Optional<String> author() {
        return text(BYLINE);
    }

    Optional<String> copyright() {
        return text(COPYRIGHT_NOTICE);
    }

    /// The first data set of this number.
    private Optional<String> text(byte number) {
        ByteBuffer record = ByteBuffer.wrap(bytes);
        for (int at = 0; at + HEADER_BYTES <= bytes.length; at++) {
            if (bytes[at] != MARKER || bytes[at + 1] != APPLICATION_RECORD || bytes[at + 2] != number) {
                continue;
            }
            int length = Short.toUnsignedInt(record.getShort(at + 3));
            if (length == 0 || length > MAX_TEXT_BYTES || at + HEADER_BYTES + length > bytes.length) {
                return Optional.empty();
            }
            String text = new String(bytes, at + HEADER_BYTES, length, StandardCharsets.UTF_8);
            return Optional.of(text.replaceAll("\\p{Cntrl}", " "));
        }
        return Optional.empty();
    }
}
